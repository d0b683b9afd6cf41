# The verbs of this project; `make` lists them.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

# The commit, for --version; "-changed" where files differ from it.
COMMIT = $(or $(shell git describe --always --exclude='*' --abbrev=40 --dirty=-changed 2>/dev/null),none)
MAVEN = ./mvnw -B -ntp -Dbuild.commit=$(COMMIT)
ADAPTER := adapter-cli/target/merlin-adapter/bin/merlin-adapter
SOURCES := $(shell find pom.xml mvnw .mvn adapter-*/pom.xml adapter-*/src examples/templates -not -path '*/src/test/*')

EXAMPLE := examples/surge-pricing-python
TIMES := 10
# yes: make bench takes seven minutes, and shows nothing but that it works.
QUICK := no
# What make profile looks at.
SCENARIO := lines
# Left by make check, which compiles without Error Prone: what follows must not take its classes for looked at.
QUICKLY_COMPILED := target/quickly-compiled
# no: leave out the tests that need docker or podman.
IMAGES := yes
# no: a release without tests.
CHECKS := yes

.PHONY: help
help: ## list these verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

.PHONY: build
build: $(ADAPTER) ## build the self-contained folder adapter-cli/target/merlin-adapter

$(ADAPTER): $(SOURCES)
	@scripts/install-tools java javac
	$(compile-anew)
	@echo "building the adapter: less than a minute as a rule; some minutes the first time, for Maven and the libraries are fetched then"
	$(MAVEN) -q -pl adapter-cli -am package -Dmaven.test.skip=true
	@test -x $@ && touch $@
	@echo "built $(patsubst %/bin/merlin-adapter,%,$@); the command is bin/merlin-adapter in it"

.PHONY: run
run: build ## serve the surge-pricing example on port 8080 (CARAML_HTTP_PORT)
	@scripts/install-tools python3
	@echo "starting the example $(EXAMPLE): the last line of the log is a command to try in another terminal, in this folder"
	@exec $(ADAPTER) --upi-payload=instances --warmup=@$(EXAMPLE)/request.json -- python3 $(EXAMPLE)/predict.py

.PHONY: image
image: build ## build the image merlin-adapter-base with docker or podman
	scripts/with-engine scripts/build-image

# Forgets what make check has compiled.
define compile-anew
	@if [[ -e $(QUICKLY_COMPILED) ]]; then rm -rf */target/{classes,test-classes,maven-status} $(QUICKLY_COMPILED); fi
endef

# Runs Maven and says at its end what failed and where the time went.
define tests
	@scripts/install-tools
	$(compile-anew)
	@mkdir -p target && touch target/tests-began
	$(1) || { scripts/test-report target/tests-began; exit 1; }
	@scripts/test-report target/tests-began
endef

.PHONY: check
check: ## formatter, compiler, and the tests that start no process; in a minute
	@scripts/install-tools java javac
	@mkdir -p target && touch $(QUICKLY_COMPILED)
	$(MAVEN) -q test -Dmain.errorprone=-Xlint:all -Dtests.errorprone=-Xlint:all
	@echo "check: all well"

.PHONY: test
test: ## check, the real command, the base image; ONLY=word: what is named so; IMAGES=no: nothing that needs docker
ifdef ONLY
	@scripts/install-tools
	@MAVEN='$(MAVEN)' scripts/test-only '$(ONLY)'
else ifeq ($(IMAGES),yes)
	$(call tests,scripts/with-engine --own $(MAVEN) verify -DexcludedGroups='long | all')
else
	$(call tests,$(MAVEN) verify)
endif

.PHONY: test-all
test-all: ## test, and every channel with every format, all images, a browser, another kernel, longer soaks and fuzz
	@scripts/install-tools chromium docker-registry shellcheck skopeo qemu-system-x86_64 busybox
	$(call tests,scripts/with-engine --own $(MAVEN) verify -DexcludedGroups=long -Dfuzz.short.seconds=20)

.PHONY: test-image
test-image: ## build the images and run their tests only
	@scripts/install-tools docker-registry
	$(call tests,scripts/with-engine --own $(MAVEN) verify -pl examples -am -Dgroups=image -DexcludedGroups=)

.PHONY: format
format: ## lay out Java and POM files the project's way
	$(MAVEN) -q spotless:apply

.PHONY: docs
docs: ## write docs/configuration.md and the table of docs/metrics.md anew
	$(MAVEN) -q -pl adapter-cli -am test -Dtest='ConfigurationPageTest,MetricsPageTest' -Dupdate.docs=true \
		-Dsurefire.failIfNoSpecifiedTests=false

.PHONY: notices
notices: build ## write the table of THIRD-PARTY.txt anew, when a library was added or raised
	$(MAVEN) -q -pl adapter-cli -am package -Dmaven.test.skip=true org.cyclonedx:cyclonedx-maven-plugin:2.9.3:makeBom \
		-DincludeTestScope=false -DoutputFormat=json -DoutputName=bom -Dcyclonedx.skipAttach=true
	scripts/third-party

.PHONY: release
release: ## check, set VERSION=x.y.z, tag, leave all files in target/release; CHECKS=no: without make test-all
	@CHECKS='$(CHECKS)' scripts/release "$${VERSION-}"

.PHONY: soak
soak: ## run the long tests: many requests, and minutes of faults
	@scripts/install-tools
	$(MAVEN) verify -Dgroups=soak -DexcludedGroups=

.PHONY: fuzz
fuzz: ## run the tests tagged fuzz: random bytes against every reader
	@scripts/install-tools
	$(MAVEN) verify -Dgroups=fuzz -DexcludedGroups=

.PHONY: repeat
repeat: ## run the tests TIMES times (10), stopping at the first failure
	@scripts/install-tools
	for time in $$(seq $(TIMES)); do echo "repeat: $$time of $(TIMES)"; $(MAVEN) verify; done

define bench-tools
	@scripts/install-tools java javac python3 venv go wrk
	$(MAVEN) -q -pl benchmarks -am package -DskipTests
endef
BENCH := python3 benchmarks/src/main/python

.PHONY: bench
bench: build ## measure side by side, write docs/performance.md in half an hour; QUICK=yes, ONLY=echo,micro, IMAGES=no
	$(bench-tools)
	$(if $(filter yes,$(IMAGES)),scripts/with-engine --own )$(BENCH)/bench.py $(if $(filter yes,$(QUICK)),--quick) $(addprefix --only=,$(ONLY))

.PHONY: profile
profile: build ## draw where the adapter's time goes; SCENARIO=lines, python, rpc, bodies, upi or tables
	$(bench-tools)
	$(BENCH)/profile_adapter.py $(SCENARIO)

.PHONY: stale-pins
stale-pins: ## say whether the reasons for pinned versions still hold; asks Maven Central and GitHub
	@scripts/install-tools java python3 git
	scripts/stale-pins

.PHONY: clean
clean: ## remove what was built
	$(MAVEN) -q clean

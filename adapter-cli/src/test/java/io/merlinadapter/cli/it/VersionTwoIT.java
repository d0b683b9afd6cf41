package io.merlinadapter.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import io.merlinadapter.cli.it.support.QuickStart;
import io.merlinadapter.cli.it.support.SideBySide;
import io.merlinadapter.cli.it.support.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A container that runs out of memory as Kubernetes has them: with control groups of version 2, and with a kernel that ends all
 * of it. Where this machine has another version, an emulated one has not.
 */
@SideBySide
@Tag("all")
class VersionTwoIT {
    /** A container's limit, its own view of the groups, which it can't write, and one request that takes too much. */
    private static final String SCRIPT = """
            cd /dev/shm
            groups=/sys/fs/cgroup
            echo +memory >$groups/cgroup.subtree_control
            model=http://127.0.0.1:8080/v1/models/model-1
            ask() {
                curl -s -m 300 -w ' %{http_code}' -d "$1" $model:predict || echo 'no answer'
            }
            run() {
                echo "=== $1 $2"
                group=$groups/pod-$1-$2
                mkdir $group
                echo 300M >$group/memory.max
                echo $1 >$group/memory.oom.group
                : >termination-log
                (
                    echo 0 >$group/cgroup.procs
                    export ADAPTER_HOST=127.0.0.1 CARAML_PROTOCOL=HTTP_JSON ADAPTER_TERMINATION_LOG=/dev/shm/termination-log
                    # An emulated processor that other tests share takes its time, too, to start the program again.
                    export ADAPTER_UNREADY_GRACE=10m ADAPTER_REQUEST_TIMEOUT=5m ADAPTER_GRACE_PERIOD=10m
                    export ADAPTER_PROGRAM_MEMORY=$2 ADAPTER_JAVA_OPTS="$java"
                    exec unshare -C -m sh -c 'umount /sys/fs/cgroup && mount -t cgroup2 -o ro groups /sys/fs/cgroup && exec "$@"' sh \\
                        "$command" python3 -S "$program" 1
                ) >log 2>&1 &
                adapter=$!
                until curl -s -f -o /dev/null $model || ! kill -0 $adapter; do sleep 1; done
                echo "first: $(ask '{"mb": 4000}')"
                echo "then: $(ask '{"mb": 2}')"
                curl -s http://127.0.0.1:8080/metrics | grep '^adapter_worker_deaths_total'
                kill $adapter 2>/dev/null
                wait $adapter
                echo "exit code $?"
                grep oom $group/memory.events
                cat log
            }
            run 1 auto
            run 1 none
            run 0 auto
            """;

    private static Map<String, String> runs;

    @BeforeAll
    static void run(@TempDir Path folder) throws IOException {
        Path program = Files.writeString(folder.resolve("hungry.py"), ProgramMemoryIT.HUNGRY);
        Path command = AdapterProcess.ROOT.resolve(AdapterProcess.COMMAND);
        String names = "command='" + command + "'\nprogram='" + program + "'\njava='" + QuickStart.options() + "'\n";
        Path script = Files.writeString(folder.resolve("script"), names + SCRIPT);
        String output = Tools.run(AdapterProcess.ROOT, "scripts/v2-machine", script.toString());
        runs = Arrays.stream(output.split("(?m)^=== ", -1))
                .skip(1)
                .collect(Collectors.toMap(text -> text.substring(0, text.indexOf('\n')), Function.identity()));
    }

    @Test
    void theProgramDiesAloneWhereTheKernelWouldEndAllOfTheContainer() {
        assertThat(runs.get("1 auto"))
                .containsPattern("first: .*out of memory: the container had \\d+ of 300 MiB left.* 502\n")
                .contains("then: {\"predictions\": [2]} 200\n")
                .containsPattern("adapter_worker_deaths_total\\{[^}]*\"oom\"} 1")
                .contains("\nexit code 0\n", "oom_kill 0\n", "oom_group_kill 0\n")
                .containsPattern("WARN +worker 0: DEAD, it ended with signal 9 \\(SIGKILL\\), out of memory: ")
                .containsPattern("INFO .*memory.oom.group is 1: .*; so the program is ended before that");
    }

    @Test
    void withoutThatTheKernelEndsAllOfItAsTheLogHasWarned() {
        assertThat(runs.get("1 none"))
                .containsPattern("WARN .*memory.oom.group is 1")
                .contains("first:  000no answer\n", "then:  000no answer\n", "\nexit code 137\n", "oom_group_kill 1\n");
    }

    @Test
    void whereTheKernelEndsTheProgramAloneItIsLeftToTheKernel() {
        assertThat(runs.get("0 auto"))
                .containsPattern("first: .*out of memory: the container's memory limit was reached.* 502\n")
                .contains("then: {\"predictions\": [2]} 200\n", "oom_kill 1\n", "oom_group_kill 0\n")
                .doesNotContain("memory.oom.group is 1");
    }
}

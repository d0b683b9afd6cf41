package io.merlinadapter.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "prog --api-key=S3cret --x | prog --api-key=*** --x",
                "prog --apiKey=S3cret | prog --apiKey=***",
                "prog --password S3cret --x y | prog --password *** --x y",
                "prog -token S3cret | prog -token ***",
                "env DB_PASS=S3cret MYSQL_PWD=S3cret prog | env DB_PASS=*** MYSQL_PWD=*** prog",
                "env AWS_SECRET_ACCESS_KEY=S3cret PGPASSWORD=S3cret p | env AWS_SECRET_ACCESS_KEY=*** PGPASSWORD=*** p",
                "prog --client-secret=S3cret | prog --client-secret=***",
                "prog --url=https://host/?token=S3cret&x=1 | prog --url=https://host/?token=***&x=1",
                "prog --db=postgres://me:S3cret@host/x | prog --db=postgres://***@host/x",
                "sh -c \"API_TOKEN=S3cret exec prog\" | sh -c \"API_TOKEN=*** exec prog\"",
                "sh -c \"prog --password S3cret; x\" | sh -c \"prog --password ***; x\"",
                "curl -H \"Authorization: Bearer S3cret\" | curl -H \"Authorization: ***\"",
                "curl -H X-Api-Key:S3cret | curl -H X-Api-Key:***",
                "prog {\"password\":\"S3cret\"} | prog {\"password\":***}",
            })
    void whatIsGivenUnderASecretsNameIsHidden(String command, String shown) {
        assertThat(SafeText.shorten(command, 200)).isEqualTo(shown);
        List<String> words = Arrays.asList(command.replace("\"", "'").split(" ", -1));
        assertThat(SafeText.shorten(String.join(" ", Secrets.mask(words)), 200)).doesNotContain("S3cret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "prog --tokenizer=x --max-tokens=5 --num-tokens 7",
                "prog --pad-token=<pad> --eos-token-id=2 --stop-token x",
                "prog --token-file=/run/secrets/t --password-file /run/p",
                "prog --author=me --authenticate --key=price --keyword=x --monkey=2",
                "prog --bypass=1 --pass=2 --compass x",
                "prog --url http://auth:8080/x https://token.example/x",
                "jq -c {total:.price}",
                "python3 -m secretary serve",
            })
    void otherWordsAreShownAsTheyAre(String command) {
        assertThat(SafeText.shorten(command, 200)).isEqualTo(command);
        assertThat(Secrets.mask(Arrays.asList(command.split(" ", -1)))).containsExactly(command.split(" ", -1));
    }

    @Test
    void aSecretWithSpacesIsHiddenToItsEnd() {
        assertThat(Secrets.mask(List.of("p", "--password=a b c", "--secret", "d e", "f")))
                .containsExactly("p", "--password=***", "--secret", "***", "f");
    }

    @Test
    void longTextsTakeNoTime() {
        String text = "a".repeat(1 << 20);
        assertThat(Secrets.mask(text)).isEqualTo(text);
        assertThat(Secrets.mask("-".repeat(1 << 20))).hasSize(1 << 20);
    }
}

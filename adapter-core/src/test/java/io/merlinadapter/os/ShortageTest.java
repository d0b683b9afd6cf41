package io.merlinadapter.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShortageTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Cannot run program \"/usr/bin/setsid\": error=24, Too many open files | FILES",
                "error=23, Too many open files in system | FILES_OF_ALL",
                "error=11, Resource temporarily unavailable | TASKS",
                "error=12, Cannot allocate memory | MEMORY",
                "Too many open files | FILES",
                "Too many open files in system | FILES_OF_ALL",
            })
    void isToldByTheWordsOfTheSystem(String message, Shortage expected) {
        assertThat(Shortage.of(new IOException(message))).isEqualTo(expected);
        assertThat(Shortage.of(new IOException("wrapped", new SocketException(message))))
                .isEqualTo(expected);
    }

    @Test
    void aThreadThatCanNotBeMadeIsOne() {
        Error failed = new OutOfMemoryError("unable to create native thread: possibly out of memory or limits reached");
        assertThat(Shortage.of(new IOException("the adapter failed", failed))).isEqualTo(Shortage.TASKS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Cannot run program \"no\": error=2, No such file or directory",
                "error=13, Permission denied",
                "error=240, unknown"
            })
    void aProgramThatCanNotBeExecutedIsNone(String message) {
        assertThat(Shortage.of(new IOException(message))).isNull();
        assertThat(Shortage.of(new OutOfMemoryError("Java heap space"))).isNull();
    }
}

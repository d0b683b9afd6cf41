package io.merlinadapter.os;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.os.Activity.Doing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is told of a process from a /proc that the test has written. */
class InputWatchTest {
    private static final long PID = 7;
    private static final String PIPE = "pipe:[100]";

    @TempDir
    private Path proc;

    private Path process;

    @BeforeEach
    void thereIsAProcessWithAPipe() throws IOException {
        process = proc.resolve("7");
        Files.createDirectories(process.resolve("fd"));
        Files.createDirectories(process.resolve("fdinfo"));
        Files.createDirectories(process.resolve("task"));
        open(0, PIPE, 0);
        open(1, "pipe:[101]", 1);
    }

    private void open(int file, String target, int mode) throws IOException {
        Files.createSymbolicLink(process.resolve("fd/" + file), Path.of(target));
        Files.writeString(process.resolve("fdinfo/" + file), "pos:\t0\nflags:\t010000" + mode + "\nmnt_id:\t15\n");
    }

    private Path thread(int number, String call) throws IOException {
        Path thread = Files.createDirectories(process.resolve("task/" + number));
        if (!call.isEmpty()) {
            Files.writeString(thread.resolve("syscall"), call + "\n");
        }
        return thread;
    }

    /** A thread whose system call is not shown. */
    private void hiddenThread(int number, char state, String place) throws IOException {
        Path thread = thread(number, "");
        Files.writeString(thread.resolve("stat"), number + " (a) b) " + state + " 1 2 3");
        Files.writeString(thread.resolve("wchan"), place);
    }

    private Doing doing() {
        return doing("amd64", PIPE);
    }

    private Doing doing(String architecture, String pipe) {
        return new InputWatch(proc, SystemCalls.of(architecture)).doing(PID, pipe);
    }

    @ParameterizedTest
    @CsvSource({
        "amd64, 0, READS",
        "amd64, 19, READS",
        "amd64, 230, ELSEWHERE",
        "amd64, 35, ELSEWHERE",
        "amd64, 61, ELSEWHERE",
        "amd64, 202, ELSEWHERE",
        "amd64, 426, UNKNOWN",
        "amd64, 219, UNKNOWN",
        "aarch64, 63, READS",
        "aarch64, 65, READS",
        "aarch64, 0, ELSEWHERE",
        "aarch64, 115, ELSEWHERE",
        "aarch64, 98, ELSEWHERE",
        "aarch64, 128, UNKNOWN",
    })
    void theNumberOfACallSaysWhatAThreadDoes(String architecture, int number, Doing doing) throws IOException {
        thread(7, number + " 0x0 0x7ffd00 0x1000 0x0 0x0 0x0 0x7ffd00 0x7f00");
        assertThat(doing(architecture, PIPE)).isEqualTo(doing);
    }

    @Test
    void anotherDescriptorOfTheSamePipeIsThePipe() throws IOException {
        open(4, PIPE, 0);
        thread(7, "0 0x4 0x0 0x0 0x0 0x0 0x0 0x0 0x0");
        assertThat(doing()).isEqualTo(Doing.READS);
    }

    @ParameterizedTest
    @CsvSource({"/opt/model.bin, WORKS", "/dev/pts/0, ELSEWHERE", "pipe:[102], ELSEWHERE", "socket:[9], ELSEWHERE"})
    void aReadOfSomethingElseIsNoSign(String target, Doing doing) throws IOException {
        open(5, target, 0);
        thread(7, "0 0x5 0x0 0x0 0x0 0x0 0x0 0x0 0x0");
        assertThat(doing()).isEqualTo(doing);
    }

    @ParameterizedTest
    @CsvSource({"running", "-1 0x7ffd00 0x7f00"})
    void aThreadThatRunsOrWaitsForAPageWorks(String call) throws IOException {
        thread(7, "202 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0");
        thread(8, call);
        assertThat(doing()).isEqualTo(Doing.WORKS);
    }

    @Test
    void oneThreadThatReadsIsEnough() throws IOException {
        thread(7, "running");
        thread(8, "0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0");
        assertThat(doing()).isEqualTo(Doing.READS);
    }

    @Test
    void anEventLoopIsAskedForWhatItWaits() throws IOException {
        open(13, "anon_inode:[eventpoll]", 2);
        thread(7, "281 0xd 0x0 0x0 0x0 0x0 0x0 0x0 0x0");
        Files.writeString(process.resolve("fdinfo/13"), "pos:\t0\ntfd:       14 events:       19 data: e\n");
        open(14, "pipe:[103]", 0);
        assertThat(doing()).isEqualTo(Doing.ELSEWHERE);
        Files.writeString(
                process.resolve("fdinfo/13"),
                "pos:\t0\ntfd:        0 events:       19 data: 0  pos:0 ino:64 sdev:f\ntfd:       14 events: 19 data: e\n");
        assertThat(doing()).isEqualTo(Doing.WATCHES);
        Files.writeString(process.resolve("fdinfo/13"), "pos:\t0\ntfd:        0 events: 4000001c data: 0\n");
        assertThat(doing()).isEqualTo(Doing.ELSEWHERE);
        Files.delete(process.resolve("fdinfo/13"));
        assertThat(doing()).isEqualTo(Doing.UNKNOWN);
    }

    @Test
    void anEventLoopWithinAnEventLoopIsLookedInto() throws IOException {
        open(13, "anon_inode:[eventpoll]", 2);
        open(14, "anon_inode:[eventpoll]", 2);
        Files.writeString(process.resolve("fdinfo/13"), "tfd: 14 events: 1 data: 0\n");
        Files.writeString(process.resolve("fdinfo/14"), "tfd: 0 events: 1 data: 0\n");
        thread(7, "281 0xd 0x0 0x0 0x0 0x0 0x0 0x0 0x0");
        assertThat(doing()).isEqualTo(Doing.WATCHES);
    }

    @Test
    void whatAPollWaitsForIsReadFromTheMemoryOfTheProcess() throws IOException {
        ByteBuffer list = ByteBuffer.allocate(48).order(ByteOrder.nativeOrder());
        list.putInt(16, 0).putShort(20, (short) 1);
        list.putInt(24, 1).putShort(28, (short) 4);
        list.putInt(32, 5).putShort(36, (short) 1);
        Files.write(process.resolve("mem"), list.array());
        open(5, "socket:[9]", 2);
        thread(7, "7 0x10 0x1 0xffffffff 0x0 0x0 0x0 0x0 0x0");
        assertThat(doing()).isEqualTo(Doing.READS);
        thread(7, "7 0x10 0x3 0xffffffff 0x0 0x0 0x0 0x0 0x0");
        assertThat(doing()).isEqualTo(Doing.WATCHES);
        thread(7, "271 0x20 0x1 0xffffffff 0x0 0x0 0x0 0x0 0x0");
        assertThat(doing()).isEqualTo(Doing.ELSEWHERE);
        thread(7, "7 0x1000 0x1 0xffffffff 0x0 0x0 0x0 0x0 0x0");
        assertThat(doing()).isEqualTo(Doing.UNKNOWN);
    }

    @Test
    void soIsWhatASelectWaitsFor() throws IOException {
        ByteBuffer sets = ByteBuffer.allocate(24).order(ByteOrder.nativeOrder());
        sets.putLong(0, 0b000001).putLong(8, 0b100001).putLong(16, 0b100000);
        Files.write(process.resolve("mem"), sets.array());
        open(5, "socket:[9]", 2);
        // An address of 0 is no set at all.
        thread(7, "270 0x1 0x8 0x0 0x0 0x0 0x0 0x0 0x0");
        assertThat(doing()).isEqualTo(Doing.READS);
        thread(7, "270 0x6 0x8 0x0 0x0 0x0 0x0 0x0 0x0");
        assertThat(doing()).isEqualTo(Doing.WATCHES);
        thread(7, "23 0x6 0x10 0x0 0x0 0x0 0x0 0x0 0x0");
        assertThat(doing()).isEqualTo(Doing.ELSEWHERE);
        thread(7, "23 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0");
        assertThat(doing()).isEqualTo(Doing.ELSEWHERE);
    }

    @ParameterizedTest
    @CsvSource({
        "S, anon_pipe_read, READS",
        "S, pipe_read, READS",
        "S, hrtimer_nanosleep, ELSEWHERE",
        "S, do_wait, ELSEWHERE",
        "S, 0, UNKNOWN",
        "S, do_epoll_wait, UNKNOWN",
        "R, 0, WORKS",
        "D, folio_wait_bit_common, WORKS",
        "Z, 0, ELSEWHERE",
    })
    void whereTheCallIsHiddenThePlaceOfWaitingHasToDo(char state, String place, Doing doing) throws IOException {
        hiddenThread(7, state, place);
        assertThat(doing()).isEqualTo(doing);
        assertThat(doing("riscv64", PIPE)).isEqualTo(doing);
    }

    @Test
    void aReadOfAPipeThatMayBeAnotherIsNoSign() throws IOException {
        hiddenThread(7, 'S', "pipe_read");
        open(5, "pipe:[102]", 0);
        assertThat(doing()).isEqualTo(Doing.UNKNOWN);
    }

    @Test
    void aProgramOf32BitsCallsByOtherNumbers() throws IOException {
        thread(7, "162 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0");
        hiddenThread(7, 'S', "0");
        Files.write(process.resolve("exe"), new byte[] {0x7f, 'E', 'L', 'F', 2, 1});
        assertThat(doing()).isEqualTo(Doing.ELSEWHERE);
        Files.write(process.resolve("exe"), new byte[] {0x7f, 'E', 'L', 'F', 1, 1});
        assertThat(doing()).isEqualTo(Doing.UNKNOWN);
    }

    @Test
    void aPipeThatIsNotKnownIsNotSeen() throws IOException {
        thread(7, "0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0");
        assertThat(doing("amd64", null)).isEqualTo(Doing.UNKNOWN);
        assertThat(new InputWatch(proc, null).stdinOf(PID)).isEqualTo(PIPE);
        assertThat(new InputWatch(proc, null).stdinOf(8)).isNull();
    }

    @Test
    void whatHasGoneIsPassedOver() throws IOException {
        thread(7, "");
        assertThat(doing()).isEqualTo(Doing.UNKNOWN);
        assertThat(new InputWatch(proc, null).doing(8, PIPE)).isEqualTo(Doing.ELSEWHERE);
    }
}

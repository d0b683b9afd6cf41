package io.merlinadapter.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlGroupTest {
    @TempDir
    Path folder;

    private void write(String file, String content) throws IOException {
        Files.writeString(folder.resolve(file), content);
    }

    private ControlGroup version2(String limit) throws IOException {
        write("memory.max", limit + "\n");
        write("memory.current", "700\n");
        write("memory.stat", "anon 600\ninactive_file 100\n");
        write("memory.events", "max 7\noom 4\noom_kill 3\n");
        return new ControlGroup(folder, MemoryFiles.VERSION_2);
    }

    @Test
    void whatTheKernelCanTakeBackIsFree() throws IOException {
        ControlGroup group = version2("1000");
        assertThat(group.limit()).hasValue(1000);
        assertThat(group.used()).hasValue(600);
        assertThat(group.room()).hasValue(400);
        assertThat(group.memoryKills()).isEqualTo(3);
    }

    @Test
    void withoutALimitThereIsNoRoomToTell() throws IOException {
        ControlGroup group = version2("max");
        assertThat(group.limit()).isEmpty();
        assertThat(group.used()).hasValue(600);
        assertThat(group.room()).isEmpty();
    }

    @Test
    void theFirstVersionHasOtherNames() throws IOException {
        write("memory.limit_in_bytes", "9223372036854771712\n");
        write("memory.usage_in_bytes", "700\n");
        write("memory.stat", "total_inactive_file 100\n");
        write("memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n");
        ControlGroup group = new ControlGroup(folder, MemoryFiles.VERSION_1);
        assertThat(group.limit()).isEmpty();
        assertThat(group.used()).hasValue(600);
        assertThat(group.memoryKills()).isEqualTo(2);
    }

    @Test
    void whereThereIsNoGroupNothingIsClaimed() {
        ControlGroup group = new ControlGroup(null, MemoryFiles.VERSION_2);
        assertThat(group.limit()).isEmpty();
        assertThat(group.used()).isEmpty();
        assertThat(group.attributeKill(0)).isFalse();
    }

    @Test
    void eachKillOfTheKernelIsOneChilds() throws IOException {
        ControlGroup group = version2("1000");
        assertThat(group.attributeKill(3)).isFalse();
        write("memory.events", "oom_kill 5\n");
        assertThat(group.attributeKill(3)).isTrue();
        assertThat(group.attributeKill(3)).isTrue();
        assertThat(group.attributeKill(3)).isFalse();
        write("memory.events", "oom_kill 6\n");
        assertThat(group.attributeKill(6)).isFalse();
        assertThat(group.attributeKill(5)).isTrue();
    }

    @Test
    void theKernelEndsAllOfAGroupOnlyWhereThatIsSetAndThereIsALimit() throws IOException {
        assertThat(version2("1000").endsAsOne()).isFalse();
        write("memory.oom.group", "0\n");
        assertThat(version2("1000").endsAsOne()).isFalse();
        write("memory.oom.group", "1\n");
        assertThat(version2("1000").endsAsOne()).isTrue();
        assertThat(version2("max").endsAsOne()).isFalse();
        write("memory.limit_in_bytes", "1000\n");
        assertThat(new ControlGroup(folder, MemoryFiles.VERSION_1).endsAsOne()).isFalse();
        assertThat(new ControlGroup(null, MemoryFiles.VERSION_2).endsAsOne()).isFalse();
    }

    @Test
    void aRoomIsOpenedWhereThereIsALimit() throws IOException {
        assertThat(version2("max").openRoom()).isNull();
        try (ContainerRoom room = version2("1000").openRoom()) {
            assertThat(room.limit()).isEqualTo(1000);
            assertThat(room.bytes(299)).isEqualTo(300);
        }
    }
}

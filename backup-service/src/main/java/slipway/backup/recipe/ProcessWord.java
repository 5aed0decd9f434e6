package slipway.backup.recipe;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/// A process in one word, which no other has that has its number before or after: of when it began, as the kernel counts since the machine was
/// started, which stays where a clock is set. Where nothing tells that, by the clock. Numbers of another machine, or of another namespace of
/// them, mean nothing here.
final class ProcessWord {

    static final String PATTERN = "[0-9]{1,10}-[0-9]{1,18}(?:b[0-9a-f]{12})?";

    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

    /// `starttime`, the 22nd, counted from the one behind the name, which may have blanks in it.
    private static final int TICKS = 19;

    private ProcessWord() {}

    static String mine() {
        return of(ProcessHandle.current());
    }

    static String of(ProcessHandle process) {
        return counted(process).orElseGet(() -> byClock(process));
    }

    private static Optional<String> counted(ProcessHandle process) {
        try {
            String stat = Files.readString(Path.of("/proc", String.valueOf(process.pid()), "stat"), StandardCharsets.ISO_8859_1);
            String ticks = stat.substring(stat.lastIndexOf(')') + 2).split(" ")[TICKS];
            String boot = Files.readString(BOOT).replace("-", "").substring(0, 12);
            return Optional.of(process.pid() + "-" + ticks + "b" + boot);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String byClock(ProcessHandle process) {
        return process.pid() + "-" + process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    /// The process, if it is still there.
    static Optional<ProcessHandle> alive(String word) {
        return ProcessHandle.of(Long.parseLong(word.split("-")[0]))
                .filter(each -> word.equals(word.contains("b") ? of(each) : byClock(each)));
    }
}

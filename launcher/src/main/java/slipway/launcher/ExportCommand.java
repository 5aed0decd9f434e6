package slipway.launcher;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import slipway.audit.domain.Digest;
import slipway.audit.evidence.Scope;
import slipway.audit.transparency.Checkpoint;
import slipway.launcher.local.Ports;
import slipway.launcher.local.Ports.For;

@Command(
        name = "export",
        description = {
            "Write an evidence pack: facts with their proofs, schemas, policies, manifests of backups, controls, and a report (HTML and PDF).",
            "Of one change, or of a sample of those that were first asked for in a period: the same seed draws the same ones."
        },
        mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {

    private static final Pattern QUARTER = Pattern.compile("(\\d{4})-Q([1-4])");
    private static final Pattern MONTH = Pattern.compile("\\d{4}-\\d{2}");
    private static final Pattern DAYS = Pattern.compile("(\\d{4}-\\d{2}-\\d{2})\\.\\.(\\d{4}-\\d{2}-\\d{2})");

    @Spec
    private CommandSpec spec;

    @Option(names = "--change", paramLabel = "ID", description = "The story of this change.")
    private @Nullable String change;

    @Option(names = "--period", paramLabel = "PERIOD", description = "2026-Q1, 2026-03, or 2026-03-01..2026-03-31 with both days; in UTC.")
    private @Nullable String period;

    @Option(names = "--sample", paramLabel = "N", description = "How many changes of the period are drawn, at most 100.")
    private @Nullable Integer sample;

    @Option(names = "--seed", paramLabel = "N", description = "Any number, chosen by whoever audits.")
    private @Nullable Long seed;

    @Option(names = "--to", paramLabel = "FILE", description = "A new file. Default: evidence-CHG-7.zip, evidence-2026-Q1.zip")
    private @Nullable Path to;

    @Option(names = "--kept", paramLabel = "FILE", description = "A checkpoint that you kept: the pack proves that the log goes on from it.")
    private @Nullable List<Path> kept;

    @Option(names = "--as", paramLabel = "WHO", defaultValue = "olu", description = "Default: ${DEFAULT-VALUE}")
    private String who;

    @Override
    public Integer call() throws IOException {
        String query = query() + sizes();
        Path file = to != null ? to : Path.of("evidence-" + (change != null ? change : period).replaceAll("[^A-Za-z0-9.-]", "_") + ".zip");
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new ParameterException(spec.commandLine(), "--to: there is no folder " + folder);
        }
        try (Api api = new Api(Ports.standard())) {
            write(file, out -> Refused.unless(api.copy(For.AUDIT, who, "/evidence?" + query, out)));
        } catch (FileAlreadyExistsException e) {
            throw new ParameterException(spec.commandLine(), file + " is there already: evidence is not written over", e);
        }
        System.out.println(file + ": " + Files.size(file) + " bytes, SHA-256 " + Digest.hash(Files.readAllBytes(file)));
        return 0;
    }

    /// @throws ParameterException when that is neither a change nor a sample of a period
    private String query() {
        if ((change == null) == (period == null)) {
            throw new ParameterException(spec.commandLine(), "of what? --change ID, or --period PERIOD --sample N --seed N");
        }
        if (change != null) {
            if (sample != null || seed != null) {
                throw new ParameterException(spec.commandLine(), "--sample and --seed are of a period");
            }
            return "change=" + Api.segment(change);
        }
        List<String> faults = new ArrayList<>();
        String days = "";
        try {
            days = Period.of(period).query();
        } catch (DateTimeException _) {
            faults.add("--period: '" + period + "' is no period such as 2026-Q1, 2026-03, 2026-03-01..2026-03-31");
        }
        if (sample == null) {
            faults.add("--sample: is missing: how many changes are to be drawn?");
        } else if (sample < 1 || sample > Scope.OfPeriod.MOST) {
            faults.add("--sample: has to be from 1 to " + Scope.OfPeriod.MOST + ", and not " + sample);
        }
        if (seed == null) {
            faults.add("--seed: is missing: any number, chosen by whoever audits");
        }
        if (!faults.isEmpty()) {
            throw new ParameterException(spec.commandLine(), String.join("\n", faults));
        }
        return days + "&sample=" + sample + "&seed=" + seed;
    }

    private String sizes() throws IOException {
        StringBuilder sizes = new StringBuilder();
        for (Path each : kept == null ? List.<Path>of() : kept) {
            try {
                sizes.append("&kept=").append(Checkpoint.of(Files.readString(each)).size());
            } catch (IllegalArgumentException | NoSuchFileException e) {
                throw new ParameterException(spec.commandLine(), "--kept: " + each + " is no checkpoint", e);
            }
        }
        return sizes.toString();
    }

    /// @param to the day after its last
    record Period(LocalDate from, LocalDate to) {

        private String query() {
            return "from=" + from + "T00:00:00Z&to=" + to + "T00:00:00Z";
        }

        /// @throws DateTimeException when it is none
        static Period of(String text) {
            Matcher quarter = QUARTER.matcher(text);
            if (quarter.matches()) {
                LocalDate first = LocalDate.of(Integer.parseInt(quarter.group(1)), Integer.parseInt(quarter.group(2)) * 3 - 2, 1);
                return new Period(first, first.plusMonths(3));
            }
            if (MONTH.matcher(text).matches()) {
                LocalDate first = YearMonth.parse(text).atDay(1);
                return new Period(first, first.plusMonths(1));
            }
            Matcher days = DAYS.matcher(text);
            if (days.matches()) {
                Period between = new Period(LocalDate.parse(days.group(1)), LocalDate.parse(days.group(2)).plusDays(1));
                if (between.from().isBefore(between.to())) {
                    return between;
                }
            }
            throw new DateTimeException("no period");
        }
    }

    /// Complete or not at all, and never over what is there.
    ///
    /// @throws FileAlreadyExistsException when it is there
    static void write(Path file, Consumer<OutputStream> content) throws IOException {
        if (Files.exists(file)) {
            throw new FileAlreadyExistsException(file.toString());
        }
        Path temporary = Files.createTempFile(file.toAbsolutePath().getParent(), file.getFileName() + ".", ".part");
        try {
            try (OutputStream out = Files.newOutputStream(temporary)) {
                content.accept(out);
            }
            Files.move(temporary, file);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}

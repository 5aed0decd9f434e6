package slipway.launcher;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import slipway.audit.transparency.Checkpoint;
import slipway.audit.transparency.LogCheck;
import slipway.audit.transparency.SigningKey;
import slipway.audit.transparency.TileLog;
import slipway.audit.transparency.VerifyingKey;
import slipway.launcher.evidence.Unreadable;
import slipway.launcher.evidence.Verification;
import slipway.launcher.local.Ports;
import tools.jackson.databind.JsonNode;

@Command(
        name = "audit",
        description = "Look into the ledger.",
        subcommands = {SearchCommand.class, AsOfCommand.class, MetricsCommand.class, ExportCommand.class},
        mixinStandardHelpOptions = true)
final class AuditCommands implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }

    @Command(
            description = {
                "Read the topics again from offset 0, build the ledger and every read table from them, and compare those with the live ones.",
                "Nobody is told anything, and nothing is backed up or deployed. An interrupted replay goes on when it is asked for again."
            },
            mixinStandardHelpOptions = true)
    int replay(
            @Option(names = "--as", paramLabel = "WHO", defaultValue = "olu", description = "Default: ${DEFAULT-VALUE}")
                    String who,
            @Option(names = "--change", paramLabel = "ID", description = "Only the story of this change.") @Nullable String change,
            @Option(names = "--from", paramLabel = "TIME", description = "Only stories that began then or later, as 2026-03-01 or 2026-03-01T10:00:00Z.")
                    @Nullable String from,
            @Option(names = "--to", paramLabel = "TIME", description = "Only stories that began before.") @Nullable String to,
            @Option(names = "--output", defaultValue = "table", description = "table or json") Output output) {
        Map<String, Object> wanted = new LinkedHashMap<>();
        wanted.put("change", change);
        wanted.put("from", from);
        wanted.put("to", to);
        try (Api api = new Api(Ports.standard())) {
            JsonNode report = new LongRead(api, who, "/replays").run(wanted);
            if (output == Output.JSON) {
                System.out.println(report.toPrettyString());
            } else {
                rebuilt(report);
            }
            // Poison that no service could read either is told, but is no fault of the log's facts.
            return report.path("identical").asBoolean(false) && report.path("faults").isEmpty() ? 0 : 1;
        }
    }

    private static void rebuilt(JsonNode report) {
        report.path("faults").forEach(fault -> System.out.println("FAULT  " + Visible.line(fault.stringValue())));
        report.path("unreadable").forEach(each -> System.out.println("ignored  " + Visible.line(each.stringValue())));
        for (JsonNode each : report.path("projections")) {
            boolean identical = each.path("digest").equals(each.path("liveDigest"));
            System.out.printf(
                    "%-12s %9d rows  %s  %s%n",
                    each.path("name").stringValue(),
                    each.path("rows").longValue(),
                    each.path("digest").stringValue(),
                    identical ? "identical" : "the live one DIFFERS: " + each.path("liveDigest").stringValue());
        }
        if (report.path("moved").longValue() > 0) {
            System.out.println(report.path("moved").longValue() + " stories went on meanwhile, and were left out");
        }
        System.out.printf(
                "%s: %d facts of %d aggregates, %d repetitions, in %.1f s%s%n",
                report.path("identical").booleanValue() && report.path("faults").isEmpty() ? "identical" : "NOT identical",
                report.path("facts").longValue(),
                report.path("aggregates").longValue(),
                report.path("repetitions").longValue(),
                report.path("millis").longValue() / 1000.0,
                report.path("resumed").booleanValue() ? " since it went on where it was interrupted" : "");
    }

    @Command(
            description = {
                "Find out whether all that was signed still holds: the log's files, the ledger, the topics.",
                "With --log and --key it reads a copy of the log's files, and asks no service.",
                "With PACK and --key it reads an evidence pack, makes each decision in it again, and asks no service either."
            },
            mixinStandardHelpOptions = true)
    int verify(
            @Parameters(arity = "0..1", paramLabel = "PACK", description = "An evidence pack, as audit export wrote it.") @Nullable Path pack,
            @Option(names = "--as", paramLabel = "WHO", defaultValue = "olu", description = "Default: ${DEFAULT-VALUE}")
                    String who,
            @Option(names = "--log", paramLabel = "DIR", description = "A copy of the log's files.") @Nullable Path log,
            @Option(names = "--key", paramLabel = "KEY", description = "By which it is verified, as you were once given it.") @Nullable String key,
            @Option(names = "--kept", paramLabel = "FILE", description = "An earlier checkpoint that you kept.") @Nullable List<Path> kept,
            @Option(names = "--output", defaultValue = "table", description = "table or json; of a copy of the log only table") Output output) {
        if (pack != null) {
            if (key == null || log != null) {
                throw new ParameterException(spec.commandLine(), "a pack is read with --key, and without --log");
            }
            return pack(pack, verifyingKey(key), notes(kept), output);
        }
        if (log == null && key == null && kept == null) {
            try (Api api = new Api(Ports.standard())) {
                JsonNode report = new LongRead(api, who, "/verifications").run(Map.of());
                if (output == Output.JSON) {
                    System.out.println(report.toPrettyString());
                    return report.path("holds").booleanValue() ? 0 : 1;
                }
                return told(report);
            }
        }
        if (log == null || key == null) {
            throw new ParameterException(spec.commandLine(), "a copy is read with both --log and --key");
        }
        return offline(log, verifyingKey(key), notes(kept));
    }

    private static int pack(Path pack, VerifyingKey key, List<LogCheck.Kept> kept, Output output) {
        Verification found;
        try {
            found = Verification.of(pack, key, kept);
        } catch (Unreadable e) {
            throw new Refused(Refused.REFUSED, List.of(String.valueOf(e.getMessage())));
        } catch (IOException e) {
            throw new Refused(Refused.REFUSED, List.of(pack + " cannot be read: " + e.getMessage()));
        }
        switch (output) {
            case JSON -> System.out.println(PackText.json(found));
            case TABLE -> PackText.print(found, System.out);
        }
        return found.holds() ? 0 : 1;
    }

    private static List<LogCheck.Kept> notes(@Nullable List<Path> kept) {
        List<LogCheck.Kept> notes = new ArrayList<>();
        for (Path each : kept == null ? List.<Path>of() : kept) {
            try {
                notes.add(new LogCheck.Kept(each.toString(), Files.readString(each)));
            } catch (IOException e) {
                throw new Refused(Refused.REFUSED, List.of("--kept: " + each + " cannot be read: " + e.getMessage()));
            }
        }
        return notes;
    }

    private static int told(JsonNode report) {
        report.path("faults").forEach(fault -> System.out.println("FAULT  " + Visible.line(fault.stringValue())));
        report.path("unreadable").forEach(each -> System.out.println("ignored  " + Visible.line(each.stringValue())));
        boolean holds = report.path("holds").booleanValue();
        System.out.printf(
                "%s: %d facts under a signature, %d checkpoints, %d facts read%n",
                holds ? "all holds" : "it does NOT hold",
                report.path("size").longValue(),
                report.path("checkpoints").longValue(),
                report.path("facts").longValue());
        System.out.println("key        " + Visible.line(report.path("key").stringValue()));
        System.out.println("root       " + Visible.line(report.path("root").asString("none")));
        return holds ? 0 : 1;
    }

    private static int offline(Path log, VerifyingKey key, List<LogCheck.Kept> notes) {
        LogCheck.Result result = new LogCheck(new TileLog(log), key).run(notes, (_, _) -> {});
        result.faults().forEach(fault -> System.out.println("FAULT  " + Visible.line(fault)));
        Checkpoint checkpoint = result.checkpoint();
        System.out.printf(
                "%s: %d facts under a signature, %d earlier checkpoints%n",
                result.faults().isEmpty() ? "all holds" : "it does NOT hold",
                checkpoint == null ? 0 : checkpoint.size(),
                notes.size());
        return result.faults().isEmpty() ? 0 : 1;
    }

    private VerifyingKey verifyingKey(String text) {
        try {
            return VerifyingKey.parse(text);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--key: " + e.getMessage(), e);
        }
    }

    @Command(
            description = {
                "What the facts say that must not be: an invariant of the lifecycle was broken. Exit code 1 when there is any.",
                "They are looked for as the facts come."
            },
            mixinStandardHelpOptions = true)
    int breaches(@Mixin Caller.OfAudit of) {
        JsonNode answer = of.caller().get("/breaches");
        of.caller().show(answer, AuditCommands::broken);
        return answer.path("found").isEmpty() ? 0 : 1;
    }

    private static void broken(JsonNode answer) {
        JsonNode breaches = answer.path("found");
        breaches.forEach(each -> System.out.printf(
                "%-24s %-28s %-20s %s%n",
                each.path("foundAt").asString(""),
                each.path("invariant").asString(""),
                Visible.line(each.path("subject").asString("")),
                Visible.line(each.path("what").asString(""))));
        JsonNode reach = answer.path("reach");
        System.out.printf(
                "%s in %d of %d facts%n",
                breaches.isEmpty() ? "no invariant was broken" : breaches.size() + " breaches",
                reach.path("looked").longValue(),
                reach.path("facts").longValue());
        long suspects = reach.path("suspects").longValue();
        long parked = reach.path("parked").longValue();
        if (suspects > 0) {
            System.out.println(suspects + " look broken, and are judged when everything that was said before them is read");
        }
        if (parked > 0) {
            System.out.println(parked + " facts are parked and not looked at; what they may excuse waits for them, but not for ever");
        }
        if (!reach.path("trouble").asString("").isEmpty()) {
            System.out.println("they cannot be looked at now: " + Visible.line(reach.path("trouble").stringValue()));
        }
    }

    @Command(
            description = "Make a key that signs for the ledger, in a file that only you can read; its public half is told.",
            mixinStandardHelpOptions = true)
    int key(
            @Parameters(paramLabel = "NAME", description = "Of the log, such as audit.example.com/slipway") String name,
            @Option(names = "--to", paramLabel = "FILE", required = true, description = "A new file.") Path to)
            throws IOException {
        String key;
        try {
            key = SigningKey.generate(name);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        try {
            Files.createFile(to, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException e) {
            throw new ParameterException(spec.commandLine(), to + " is there already: nobody writes over a key", e);
        }
        Files.writeString(to, key + "\n");
        System.out.println(SigningKey.parse(key).verifying());
        return 0;
    }
}

package slipway.release.deployer;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import slipway.http.Form;
import slipway.release.domain.StepKind;

/// The `command` deployer: any tool or pipeline that can be started as a program. No shell is between: a program and its arguments
/// are a list, and whatever is put into an argument leaves it one argument.
final class CommandDeployer implements Deployer {

    private static final Set<String> MOVE = Set.of("environment", "digest", "reference", "key", "part", "weight", "from", "to");

    private static final Set<StepKind> OF_SLOTS =
            EnumSet.of(StepKind.PREVIEW, StepKind.WEIGHT, StepKind.CUTOVER, StepKind.RETIRE);

    @Override
    public String name() {
        return "command";
    }

    @Override
    public Set<StepKind> skills() {
        return EnumSet.of(StepKind.SWITCH, StepKind.PREVIEW, StepKind.WEIGHT, StepKind.CUTOVER, StepKind.RETIRE);
    }

    @Override
    public Target target(Form form, Path folder) {
        Secrets secrets = Secrets.read(form, folder);
        Path home = folder.resolve(form.text("folder")).normalize();
        List<String> parts = form.texts("parts");
        List<String> slots = form.texts("slots");
        names(form, parts, slots);
        Map<String, Gaps> variables = new LinkedHashMap<>();
        form.entries("variables").forEach((name, text) -> variables.put(name, new Gaps(text)));
        variables.forEach((name, value) -> {
            value.check(MOVE, secrets.files().keySet(), fault -> form.fault("variables." + name, fault));
            if (name.isBlank() || name.contains("=") || name.startsWith(CommandTarget.OURS)) {
                form.fault("variables." + name, "is no name that can be set");
            }
        });
        String environment = form.text("environment");
        List<Gaps> apply = argv(form, "apply", MOVE, secrets);
        long seconds = form.number("timeoutSeconds");
        if (seconds < 1) {
            form.fault("timeoutSeconds", "a number from 1 on is needed");
        }
        return new CommandTarget(
                slots.isEmpty() ? parts : slots,
                !slots.isEmpty(),
                steps(form, !slots.isEmpty()),
                environment,
                new CommandTarget.Argv(
                        argv(form, "probe", Set.of("environment"), secrets),
                        apply,
                        form.has("undo") ? argv(form, "undo", MOVE, secrets) : apply),
                home,
                variables,
                secrets,
                Duration.ofSeconds(Math.max(1, seconds)),
                AtWork.on(home + " " + environment + " " + apply));
    }

    private static void names(Form form, List<String> parts, List<String> slots) {
        if (parts.isEmpty() == slots.isEmpty()) {
            form.fault("parts", "what is switched one by one, or slots, two that share the traffic: one of the two is needed");
        }
        if (!slots.isEmpty() && slots.size() != 2) {
            form.fault("slots", "there are two");
        }
        for (String field : List.of("parts", "slots")) {
            List<String> names = field.equals("parts") ? parts : slots;
            if (new HashSet<>(names).size() < names.size() || names.stream().anyMatch(String::isBlank)) {
                form.fault(field, "each needs a name of its own");
            }
        }
    }

    private static Set<StepKind> steps(Form form, boolean slots) {
        Set<StepKind> able = EnumSet.of(StepKind.SWITCH);
        if (slots) {
            able.addAll(OF_SLOTS);
        }
        if (!form.has("steps")) {
            return slots ? OF_SLOTS : able;
        }
        Set<StepKind> steps = EnumSet.noneOf(StepKind.class);
        for (String word : form.texts("steps")) {
            able.stream()
                    .filter(kind -> kind.name().equals(word.toUpperCase(Locale.ROOT)))
                    .findFirst()
                    .ifPresentOrElse(steps::add, () -> form.fault("steps", "must be of " + able + ", not '" + word + "'"));
        }
        return steps;
    }

    private static List<Gaps> argv(Form form, String name, Set<String> known, Secrets secrets) {
        List<Gaps> argv = form.texts(name).stream().map(Gaps::new).toList();
        if (argv.isEmpty() || argv.getFirst().text().isBlank()) {
            form.fault(name, "a program and its arguments are needed, as a list");
        }
        argv.forEach(each -> each.check(known, secrets.files().keySet(), fault -> form.fault(name, fault)));
        if (argv.stream().anyMatch(Gaps::hasSecret)) {
            form.fault(name, "arguments are seen by everybody on the machine: a secret goes into variables, or as {file:name}");
        }
        return argv;
    }
}

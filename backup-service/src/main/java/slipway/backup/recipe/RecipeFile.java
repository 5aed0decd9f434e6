package slipway.backup.recipe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import slipway.backup.recipe.Act.Exits;
import slipway.backup.recipe.Act.Expected;
import slipway.backup.recipe.Act.Told;
import slipway.backup.recipe.Declared.Verb;
import slipway.http.Form;
import slipway.http.Refusal;

/// Reads a recipe from YAML; its shape is `recipe.schema.json`. Every fault is named at once, also gaps that nothing fills, programs
/// that are not in its list, and secrets that would be written where others can read them.
final class RecipeFile {

    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    /// What each verb has beside the parameters: a private folder, the files that are captured or were restored, who we are, and a word
    /// that nobody else knows, for what is only there while it works.
    private static final Set<String> OWN = Set.of("work", "tree", "me", "token");

    /// A secret as it is, and between double quotes with backslashes before quotes and backslashes.
    private static final Pattern SHOWN = Pattern.compile("([a-z][A-Za-z0-9]*)\\.(value|quoted)");

    private static final Duration USUAL = Duration.ofMinutes(10);
    private static final Duration USUAL_CAPTURE = Duration.ofHours(6);

    private final Form form;
    private final Map<String, Parameter> parameters = new LinkedHashMap<>();
    private final Set<String> programs = new HashSet<>();
    private final Set<String> gaps = new HashSet<>(OWN);

    private RecipeFile(Form form) {
        this.form = form;
    }

    /// @throws IllegalArgumentException naming every fault
    static Declared read(Path file) throws IOException {
        return read(file.toString(), Files.readAllBytes(file));
    }

    static Declared read(String where, byte[] yaml) {
        try {
            Form form = Form.read(yaml, Form.YAML);
            Declared declared = new RecipeFile(form).declared();
            List<String> faults = form.faults();
            if (!faults.isEmpty()) {
                throw Refusal.unacceptable(faults);
            }
            return declared;
        } catch (Refusal refusal) {
            throw new IllegalArgumentException(where + ": " + String.join("; ", refusal.reasons()));
        }
    }

    private Declared declared() {
        String id = needed(form, "id");
        if (!ID.matcher(id).matches()) {
            form.fault("id", "'" + id + "' has to be small letters, digits and hyphens");
        }
        if (form.smallNumber("version") < 1) {
            form.fault("version", "a number from 1 on is needed");
        }
        List<List<String>> installed = form.texts("programs").stream()
                .map(each -> List.of(each.split("\\|")))
                .toList();
        installed.forEach(names -> names.forEach(this::program));
        List<Parameter> all = parameters();
        List<String> ports = form.texts("ports");
        ports.forEach(port -> gaps.add("port." + port));
        Map<Verb, List<Act>> verbs = new EnumMap<>(Verb.class);
        for (Verb verb : Verb.values()) {
            String word = word(verb);
            if (form.has(word)) {
                verbs.put(verb, form.parts(word).stream().map(each -> act(verb, each)).toList());
            }
        }
        for (Verb verb : List.of(Verb.CAPTURE, Verb.LOOK, Verb.RESTORE_SCRATCH)) {
            if (!form.has(word(verb))) {
                form.fault(word(verb), "is missing: what is not captured, restored and compared is no backup");
            }
        }
        Map<String, String> scratch = form.entries("scratch");
        scratch.forEach((name, value) -> {
            if (!parameters.containsKey(name)) {
                form.fault("scratch." + name, "there is no such parameter");
            }
            known(form, "scratch." + name, value, false);
        });
        return new Declared(
                id,
                form.smallNumber("version"),
                needed(form, "system"),
                chosen("category", Category.class),
                chosen("tier", Tier.class),
                needed(form, "summary"),
                needed(form, "consistency"),
                form.flag("stream"),
                installed,
                all,
                ports,
                scratch,
                replaces(),
                form.texts("traps"),
                verbs);
    }

    private <E extends Enum<E>> E chosen(String field, Class<E> words) {
        String text = needed(form, field);
        Optional<E> found = Arrays.stream(words.getEnumConstants())
                .filter(each -> each.name().equals(text))
                .findFirst();
        if (found.isEmpty() && !text.isBlank()) {
            form.fault(field, "must be one of " + List.of(words.getEnumConstants()) + ", not '" + text + "'");
        }
        return found.orElse(words.getEnumConstants()[0]);
    }

    private void program(String name) {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._+-]*")) {
            form.fault("programs", "'" + name + "' is no name of a program; where it lies, the service is told");
        }
        programs.add(name);
    }

    private List<Parameter> parameters() {
        form.named("parameters").forEach((name, each) -> {
            Parameter.Type type = Arrays.stream(Parameter.Type.values())
                    .filter(known -> known.name().equals(each.text("type")))
                    .findFirst()
                    .orElseGet(() -> {
                        each.fault("type", "must be one of " + List.of(Parameter.Type.values()));
                        return Parameter.Type.TEXT;
                    });
            Parameter parameter = new Parameter(name, type, each.optionalText("usual"), needed(each, "doc"));
            if (parameter.usual() != null && !parameter.usual().isEmpty()) {
                parameter.fault(parameter.usual()).ifPresent(fault -> each.fault("usual", fault));
            }
            if (!name.matches("[a-z][A-Za-z0-9]*") || OWN.contains(name)) {
                each.fault("type", "'" + name + "' cannot be the name of a parameter");
            }
            parameters.put(name, parameter);
            gaps.add(type == Parameter.Type.SECRET ? name + ".file" : name);
        });
        return List.copyOf(parameters.values());
    }

    private @Nullable String replaces() {
        String name = form.optionalText("replaces");
        if (name != null && (!parameters.containsKey(name) || !parameters.get(name).type().isPath())) {
            form.fault("replaces", "'" + name + "' is no parameter of type PATH");
        }
        if (name != null && form.flag("stream")) {
            form.fault("replaces", "a stream is no tree that could lie there");
        }
        return name;
    }

    static String word(Verb verb) {
        return verb == Verb.RESTORE_SCRATCH ? "restoreScratch" : verb.name().toLowerCase(Locale.ROOT);
    }

    private Act act(Verb verb, Form act) {
        if (act.has("run")) {
            return run(verb, act);
        }
        if (act.has("serve")) {
            return new Act.Serve(
                    argv(act, "serve"), argv(act, "ready"), environment(act), timeout(act, USUAL));
        }
        if (act.has("write")) {
            return new Act.Write(filled(act, "write", false), filled(act, "text", true));
        }
        if (!act.has("expect")) {
            act.fault("run", "run, serve, write or expect: one of them is needed");
        }
        return new Act.Check(act.parts("expect").stream().map(this::expected).toList());
    }

    private Act run(Verb verb, Form act) {
        Form exit = act.part("exit");
        Exits exits = new Exits(
                act.has("exit") && exit.has("ok") ? Set.copyOf(exit.numbers("ok")) : Set.of(0),
                Set.copyOf(exit.numbers("warn")),
                Set.copyOf(exit.numbers("retry")));
        return new Act.Run(
                argv(act, "run"),
                exits,
                timeout(act, verb == Verb.CAPTURE || verb == Verb.RESTORE_SCRATCH ? USUAL_CAPTURE : USUAL),
                environment(act),
                act.has("stdin") ? filled(act, "stdin", false) : null,
                act.has("stdout") ? filled(act, "stdout", false) : null,
                act.flag("captured"),
                act.parts("expect").stream().map(this::expected).toList(),
                act.parts("tell").stream().map(this::told).toList());
    }

    private List<String> argv(Form act, String field) {
        List<String> argv = act.texts(field);
        if (argv.isEmpty() || !programs.contains(argv.getFirst())) {
            act.fault(field, "begins with one of " + programs.stream().sorted().toList() + ", which are its programs");
        }
        argv.forEach(each -> known(act, field, each, false));
        return argv;
    }

    /// Some programs take a secret from their environment only, which nobody but their owner can read.
    private Map<String, String> environment(Form act) {
        Map<String, String> entries = act.entries("environment");
        entries.forEach((name, value) -> known(act, "environment." + name, value, true));
        return entries;
    }

    private String filled(Form act, String field, boolean private_) {
        String text = private_ ? act.text(field) : needed(act, field);
        known(act, field, text, private_);
        return text;
    }

    /// A secret's value has its place in a file of ours or in the environment of who needs it, never where others can read it.
    private void known(Form act, String field, String text, boolean hidden) {
        for (String gap : Gaps.in(text)) {
            Matcher shown = SHOWN.matcher(gap);
            String name = shown.matches() ? shown.group(1) : "";
            boolean secret = parameters.containsKey(name) && parameters.get(name).type() == Parameter.Type.SECRET;
            if (secret && !hidden) {
                act.fault(field, "{" + gap + "} would show a secret; write it to a file, or give {" + name + ".file}");
            } else if (!secret && !gaps.contains(gap)) {
                act.fault(field, "nothing fills {" + gap + "}; known are " + gaps.stream().sorted().toList());
            }
        }
    }

    private static Duration timeout(Form act, Duration usual) {
        String text = act.optionalText("timeout");
        try {
            Duration timeout = text == null ? usual : Duration.parse(text);
            if (timeout.isPositive()) {
                return timeout;
            }
        } catch (DateTimeException e) {
            act.fault("timeout", "'" + text + "' is no duration; write PT10M");
            return usual;
        }
        act.fault("timeout", "has to be longer than nothing");
        return usual;
    }

    private Expected expected(Form each) {
        return new Expected(
                each.has("file") ? filled(each, "file", false) : null,
                each.has("minBytes") ? each.number("minBytes") : -1,
                pattern(each, "contains"),
                pattern(each, "lacks"),
                pattern(each, "lastLine"),
                each.optionalText("pointer"),
                each.optionalText("equals"),
                each.has("minCount") ? each.number("minCount") : -1);
    }

    private Told told(Form each) {
        Told told = new Told(
                each.optionalText("name"), pattern(each, "match"), each.optionalText("pointer"), each.flag("digest"));
        List<Object> ways = new ArrayList<>();
        if (told.match() != null) {
            ways.add(told.match());
        }
        if (told.pointer() != null) {
            ways.add(told.pointer());
        }
        if (told.digest()) {
            ways.add(true);
        }
        if (ways.size() != 1 || told.name() == null && told.match() == null) {
            each.fault("match", "a name with match, pointer or digest, or match alone with two groups");
        }
        return told;
    }

    private static @Nullable Pattern pattern(Form each, String field) {
        String text = each.optionalText(field);
        try {
            return text == null ? null : Pattern.compile(text, Pattern.MULTILINE);
        } catch (PatternSyntaxException e) {
            each.fault(field, "is no regular expression: " + e.getDescription());
            return null;
        }
    }

    private static String needed(Form form, String field) {
        String text = form.text(field);
        if (text.isBlank()) {
            form.fault(field, "is missing");
        }
        return text;
    }
}

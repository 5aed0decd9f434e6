package slipway.backup.recipe;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import slipway.backup.recipe.Act.Exits;
import slipway.backup.recipe.Act.Expected;
import slipway.backup.recipe.Act.Told;
import slipway.backup.recipe.Declared.Verb;
import slipway.http.Form;

/// Reads the acts of a recipe's verbs.
///
/// @param parameters of the recipe, by their names
/// @param programs that it may run, by all their names
/// @param gaps that are filled everywhere in the verb; grows by what its acts take
record ActForm(Map<String, Parameter> parameters, Set<String> programs, Set<String> gaps) {

    /// A secret as it is, and between double quotes with backslashes before quotes and backslashes.
    private static final Pattern SHOWN = Pattern.compile("([a-z][A-Za-z0-9]*)\\.(value|quoted)");

    private static final Set<String> ARGUMENTS = Set.of("run", "serve", "ready");

    private static final Duration USUAL = Duration.ofMinutes(10);
    private static final Duration USUAL_CAPTURE = Duration.ofHours(6);
    private static final Duration PAUSE = Duration.ofSeconds(5);

    Act act(Verb verb, Form act) {
        Act always = act.has("each") ? each(verb, act) : always(verb, act);
        if (!act.has("since") && !act.has("before") && !act.has("given")) {
            return always;
        }
        String given = act.optionalText("given");
        if (given != null && !parameters.containsKey(given)) {
            act.fault("given", "there is no such parameter");
        }
        return new Act.Sometimes(
                act.has("since") ? (int) bound(act, "since", 1) : 0,
                act.has("before") ? (int) bound(act, "before", 1) : Integer.MAX_VALUE,
                given,
                always);
    }

    private Act each(Verb verb, Form act) {
        String folder = filled(act, "each", false);
        if (!act.has("run") || act.flag("captured")) {
            act.fault("each", "is for a program that is run for each file of a folder, and none that captures");
        }
        if (!gaps.add(Act.Each.FILE)) {
            act.fault("each", "'" + Act.Each.FILE + "' is the name of something else here");
        }
        gaps.add(Act.Each.NAME);
        Act repeated = always(verb, act);
        gaps.removeAll(Set.of(Act.Each.FILE, Act.Each.NAME));
        return new Act.Each(folder, repeated);
    }

    private Act always(Verb verb, Form act) {
        if (act.has("run")) {
            return run(verb, act);
        }
        if (act.has("serve")) {
            return new Act.Serve(
                    argv(act, "serve"), argv(act, "ready"), environment(act), duration(act, "timeout", USUAL));
        }
        if (act.has("write")) {
            return new Act.Write(filled(act, "write", false), filled(act, "text", true));
        }
        if (act.has("survey")) {
            return new Act.Survey(
                    filled(act, "survey", false),
                    Set.copyOf(act.texts("without")),
                    act.has("copied") ? filled(act, "copied", false) : null,
                    act.flag("attributes"));
        }
        if (!act.has("expect")) {
            act.fault("run", "run, serve, write, survey or expect: one of them is needed");
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
                duration(act, "timeout", verb == Verb.CAPTURE || verb == Verb.RESTORE_SCRATCH ? USUAL_CAPTURE : USUAL),
                environment(act),
                act.has("stdin") ? filled(act, "stdin", false) : null,
                act.has("stdout") ? filled(act, "stdout", false) : null,
                act.flag("captured"),
                act.has("copied") ? filled(act, "copied", false) : null,
                act.parts("expect").stream().map(this::expected).toList(),
                act.parts("until").stream().map(this::expected).toList(),
                duration(act, "every", PAUSE),
                taken(act),
                act.parts("tell").stream().map(this::told).toList());
    }

    private List<String> argv(Form act, String field) {
        List<String> argv = act.texts(field);
        if (argv.isEmpty() || !programs.contains(argv.getFirst())) {
            act.fault(field, "begins with one of " + programs.stream().sorted().toList() + ", which are its programs");
        } else {
            Deputies.fault(argv, programs).ifPresent(why -> act.fault(field, why));
        }
        argv.forEach(each -> known(act, field, each, false));
        return argv;
    }

    /// Some programs take a secret from their environment only, which nobody but their owner can read.
    private Map<String, String> environment(Form act) {
        Map<String, String> entries = act.entries("environment");
        entries.forEach((name, value) -> {
            known(act, "environment." + name, value, true);
            Deputies.faultOfVariable(name, value).ifPresent(why -> act.fault("environment." + name, why));
        });
        return entries;
    }

    private String filled(Form act, String field, boolean hidden) {
        String text = hidden ? act.text(field) : RecipeFile.needed(act, field);
        known(act, field, text, hidden);
        return text;
    }

    /// A secret's value has its place in a file of ours or in the environment of who needs it, never where others can read it.
    void known(Form act, String field, String text, boolean hidden) {
        Gaps.optional(text).stream().filter(name -> !ARGUMENTS.contains(field)).forEach(name ->
                act.fault(field, "{" + name + "?} is for arguments, which are left out when nothing fills it"));
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

    private static Duration duration(Form act, String field, Duration usual) {
        String text = act.optionalText(field);
        try {
            Duration duration = text == null ? usual : Duration.parse(text);
            if (duration.isPositive()) {
                return duration;
            }
            act.fault(field, "has to be longer than nothing");
        } catch (DateTimeException e) {
            act.fault(field, "'" + text + "' is no duration; write PT10M");
        }
        return usual;
    }

    private Map<String, String> taken(Form act) {
        Map<String, String> taken = act.entries("take");
        Form names = act.part("take");
        taken.forEach((name, _) -> {
            pointer(names, name);
            if (!RecipeFile.NAME.matcher(name).matches() || !gaps.add(name)) {
                act.fault("take", "'" + name + "' cannot be the name of a gap, or is one already");
            }
        });
        return taken;
    }

    private Expected expected(Form each) {
        boolean vague = Stream.of("minBytes", "contains", "lacks", "lastLine", "pointer").noneMatch(each::has);
        if (vague || each.has("equals") && each.has("minCount")) {
            each.fault("minBytes", "minBytes, contains, lacks, lastLine or pointer (with equals or minCount): what is expected?");
        }
        if (!each.has("pointer") && (each.has("equals") || each.has("minCount"))) {
            each.fault("pointer", "is missing: where in the JSON?");
        }
        return new Expected(
                each.has("file") ? filled(each, "file", false) : null,
                bound(each, "minBytes", 0),
                pattern(each, "contains"),
                pattern(each, "lacks"),
                pattern(each, "lastLine"),
                pointer(each, "pointer"),
                each.optionalText("equals"),
                bound(each, "minCount", 1));
    }

    /// -1 when it is not there.
    private static long bound(Form each, String field, long least) {
        long bound = each.has(field) ? each.number(field) : -1;
        if (each.has(field) && bound < least) {
            each.fault(field, "a number from " + least + " on is needed");
        }
        return bound;
    }

    private Told told(Form each) {
        Told told = new Told(
                each.optionalText("name"), pattern(each, "match"), pointer(each, "pointer"), each.flag("digest"));
        long ways = Stream.of(told.match() != null, told.pointer() != null, told.digest())
                .filter(way -> way)
                .count();
        int groups = told.match() == null ? 1 : told.match().matcher("").groupCount();
        if (ways != 1 || groups != (told.name() == null ? 2 : 1)) {
            each.fault("match", "a name with match (one group), pointer or digest, or match alone with two groups");
        }
        return told;
    }

    private static @Nullable String pointer(Form each, String field) {
        String text = each.optionalText(field);
        if (text != null && !text.isEmpty() && !text.startsWith("/")) {
            each.fault(field, "'" + text + "' is no JSON pointer; write /items/0/name");
        }
        return text;
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
}

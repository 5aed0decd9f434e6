package slipway.change.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A question as it was kept with its answer, read back.
///
/// @param question with something in the place of what is missing, which nobody may look at
/// @param missing names of inputs that were not recorded, or not in a form that can be read
public record Inputs(Question question, Set<String> missing) {

    /// The inverse of [Question#inputs].
    public static Inputs read(Map<String, String> kept) {
        Set<String> missing = new TreeSet<>();
        Reader reader = new Reader(kept, missing);
        Question question = new Question(
                reader.text("requester"),
                reader.text("implementer"),
                reader.list("authors"),
                reader.text("type"),
                reader.text("risk"),
                reader.flag("irreversible"),
                reader.flag("outage"),
                reader.flag("restoresData"),
                reader.text("service"),
                reader.list("environments"),
                reader.list("ownerGroups"),
                reader.number("tier"),
                reader.number("criticality"),
                reader.number("reached"),
                reader.list("evidence"));
        return new Inputs(question, missing);
    }

    /// Which of these are missing.
    Set<String> lacking(Set<String> names) {
        Set<String> lacking = new TreeSet<>(names);
        lacking.retainAll(missing);
        return lacking;
    }

    /// `[one, two]`; a comma within a name is written `\,`, so that one name is never read as two. No name is empty.
    static String list(List<String> names) {
        return names.stream()
                .map(name -> name.replace("\\", "\\\\").replace(",", "\\,"))
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private static @Nullable List<String> names(String written) {
        if (!written.startsWith("[") || !written.endsWith("]") || written.length() < 2) {
            return null;
        }
        String within = written.substring(1, written.length() - 1);
        List<String> names = new ArrayList<>();
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < within.length(); i++) {
            char here = within.charAt(i);
            char next = i + 1 < within.length() ? within.charAt(i + 1) : 0;
            if (here == '\\' && (next == '\\' || next == ',')) {
                name.append(next);
                i++;
            } else if (here == ',' && next == ' ') {
                names.add(name.toString());
                name.setLength(0);
                i++;
            } else {
                name.append(here);
            }
        }
        if (!within.isEmpty()) {
            names.add(name.toString());
        }
        return List.copyOf(names);
    }

    private record Reader(Map<String, String> kept, Set<String> missing) {

        String text(String name) {
            return read(name, text -> text, "");
        }

        List<String> list(String name) {
            return read(name, Inputs::names, List.of());
        }

        boolean flag(String name) {
            return read(name, text -> text.equals("true") ? Boolean.TRUE : text.equals("false") ? Boolean.FALSE : null, false);
        }

        int number(String name) {
            return read(name, Reader::whole, 0);
        }

        private static @Nullable Integer whole(String text) {
            try {
                return Integer.valueOf(text);
            } catch (NumberFormatException _) {
                return null;
            }
        }

        private <T> T read(String name, Function<String, @Nullable T> form, T instead) {
            String text = kept.get(name);
            T value = text == null ? null : form.apply(text);
            if (value == null) {
                missing.add(name);
                return instead;
            }
            return value;
        }
    }
}

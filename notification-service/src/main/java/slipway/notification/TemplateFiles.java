package slipway.notification;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import slipway.events.change.RFCSubmitted;
import slipway.http.Misconfigured;
import slipway.notification.template.Dialect;
import slipway.notification.template.Fault;
import slipway.notification.template.SampleFacts;
import slipway.notification.template.Template;
import slipway.notification.template.Template.Rendered;

/// Reads templates, ours and those of a folder that take their place, and tries each with samples of all that it may be given: what a fact does not have
/// fails at the start of the service, and not when somebody has to be told.
final class TemplateFiles {

    private static final String SUFFIX = ".peb";
    private static final String MAIL_TEXT = "mail-text";
    private static final String MAIL_HTML = "mail-html";
    private static final List<String> LAYOUTS = List.of(MAIL_TEXT, MAIL_HTML);

    /// A template is written by a person.
    private static final int LARGEST = 100_000;

    /// Of a change nothing may be known, or all.
    private static final List<Story> STORIES = List.of(
            Story.UNKNOWN,
            new Story(
                    "service",
                    "HIGH",
                    "NORMAL",
                    List.of("environment"),
                    "requester",
                    "implementer",
                    List.of("watcher"),
                    "title",
                    "version",
                    new Appointment.Span(SampleFacts.AT, SampleFacts.AT),
                    true,
                    "status"));

    /// What a line of a template writes of a fact.
    private static final Pattern WRITTEN = Pattern.compile("\\{\\{.*?}}");

    private final Dialect text = Dialect.text();
    private final Dialect html = Dialect.html();
    private final Set<String> faults = new LinkedHashSet<>();

    private TemplateFiles() {}

    /// A template as it lies there.
    ///
    /// @param name of the fact, or of a layout
    private record Source(String name, String file, String text) {}

    /// @param folder of the user's; null: there is none
    /// @throws Misconfigured naming every fault with its file, its line and what it is
    static Templates read(@Nullable Path folder) {
        TemplateFiles files = new TemplateFiles();
        Map<String, Template> ours = files.tried(ours());
        Map<String, Template> all = new LinkedHashMap<>(ours);
        if (folder != null) {
            all.putAll(files.tried(files.theirs(folder)));
        }
        if (!files.faults.isEmpty()) {
            throw new Misconfigured(List.copyOf(files.faults));
        }
        Map<String, Template> facts = new LinkedHashMap<>(all);
        LAYOUTS.forEach(facts::remove);
        return new Templates(facts, all.get(MAIL_TEXT), all.get(MAIL_HTML), ours.get(MAIL_TEXT), ours.get(MAIL_HTML), _ -> Story.UNKNOWN);
    }

    private static List<Source> ours() {
        try {
            List<Source> sources = new ArrayList<>();
            for (Resource each : new PathMatchingResourcePatternResolver().getResources("classpath*:templates/*" + SUFFIX)) {
                String file = String.valueOf(each.getFilename());
                sources.add(new Source(name(file), "templates/" + file, each.getContentAsString(StandardCharsets.UTF_8)));
            }
            if (!sources.stream().map(Source::name).toList().containsAll(LAYOUTS)) {
                throw new IllegalStateException("the templates of this program are not beside it: templates/*" + SUFFIX);
            }
            return sources;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Source> theirs(Path folder) {
        List<Source> sources = new ArrayList<>();
        // Kubernetes keeps the files of a ConfigMap in folders that begin with dots, and so do others what is theirs.
        try (Stream<Path> files = Files.list(folder)) {
            files.filter(each -> !each.getFileName().toString().startsWith("."))
                    .sorted()
                    .forEach(each -> source(each).ifPresent(sources::add));
        } catch (IOException e) {
            faults.add(folder + ": cannot be read: " + Outside.words(e));
        }
        return sources;
    }

    private Optional<Source> source(Path file) {
        String name = file.getFileName().toString();
        try {
            if (!name.endsWith(SUFFIX) || !LAYOUTS.contains(name(name)) && !FactTypes.known(name(name))) {
                faults.add(file + ": is called neither as a fact, such as ReleaseBlocked" + SUFFIX + ", nor as one of " + LAYOUTS
                        + (name.endsWith(SUFFIX) ? ": " + FactTypes.fault(name(name)) : ""));
            } else if (!Files.isRegularFile(file)) {
                faults.add(file + ": is no file");
            } else if (Files.size(file) > LARGEST) {
                faults.add(file + ": is larger than " + LARGEST + " bytes");
            } else {
                return Optional.of(new Source(name(name), file.toString(), Files.readString(file)));
            }
        } catch (CharacterCodingException _) {
            faults.add(file + ": is not UTF-8");
        } catch (IOException e) {
            faults.add(file + ": " + Outside.words(e));
        }
        return Optional.empty();
    }

    private Map<String, Template> tried(List<Source> sources) {
        Map<String, Template> templates = new LinkedHashMap<>();
        for (Source each : sources) {
            tried(each).ifPresent(template -> templates.put(each.name(), template));
        }
        return templates;
    }

    /// A template stops at its first fault. So it is tried again without what is written in that line, for those behind it.
    ///
    /// @return empty: it is none
    private Optional<Template> tried(Source source) {
        try {
            Template template = template(source, source.text());
            Set<Integer> seen = new HashSet<>();
            Set<Integer> lines = faults(source, template);
            for (String rest = source.text(); seen.addAll(lines); lines = faults(source, template(source, rest))) {
                rest = without(rest, lines);
            }
            return Optional.of(template);
        } catch (Fault e) {
            faults.add(e.getMessage());
            return Optional.empty();
        }
    }

    private Template template(Source source, String words) throws Fault {
        return (source.name().equals(MAIL_HTML) ? html : text).template(source.file(), words);
    }

    private static String without(String words, Set<Integer> lines) {
        List<String> all = words.lines().toList();
        return IntStream.range(0, all.size())
                .mapToObj(i -> lines.contains(i + 1) ? WRITTEN.matcher(all.get(i)).replaceAll("…") : all.get(i))
                .collect(Collectors.joining("\n"));
    }

    /// @return the lines in which there are some
    private Set<Integer> faults(Source source, Template template) {
        Set<Integer> lines = new HashSet<>();
        if (LAYOUTS.contains(source.name())) {
            tryLayout(template, lines);
        } else {
            tryFacts(template, FactTypes.find(source.name()).orElseThrow(), lines);
        }
        return lines;
    }

    private void fault(Fault fault, Set<Integer> lines) {
        faults.add(fault.getMessage());
        if (fault.line() > 0) {
            lines.add(fault.line());
        }
    }

    private void tryFacts(Template template, Class<? extends SpecificRecord> type, Set<Integer> lines) {
        for (SpecificRecord sample : SampleFacts.of(SpecificData.get().getSchema(type))) {
            STORIES.forEach(story -> tryFact(template, sample, story, lines));
        }
    }

    private void tryFact(Template template, SpecificRecord sample, Story story, Set<Integer> lines) {
        try {
            Rendered rendered = template.render(Templates.values(sample, story), Templates.LONGEST);
            if (rendered.text().isBlank()) {
                faults.add(template.file() + ": says nothing of some facts; the first line is the headline");
            } else if (rendered.cut()) {
                faults.add(template.file() + ": writes more than " + Templates.LONGEST + " characters");
            }
        } catch (Fault e) {
            fault(e, lines);
        }
    }

    private void tryLayout(Template layout, Set<Integer> lines) {
        SpecificRecord sample = SampleFacts.full(RFCSubmitted.getClassSchema());
        for (List<SpecificRecord> facts : List.of(List.of(sample), List.of(sample, sample))) {
            Message message = Message.of("NTF-1", facts, Wording::byFields);
            try {
                Rendered rendered = layout.render(Templates.values(message), Templates.LONGEST_MAIL);
                if (rendered.text().isBlank()) {
                    faults.add(layout.file() + ": says nothing");
                } else if (rendered.cut()) {
                    faults.add(layout.file() + ": writes more than " + Templates.LONGEST_MAIL + " characters");
                }
            } catch (Fault e) {
                fault(e, lines);
            }
        }
    }

    private static String name(String file) {
        return file.endsWith(SUFFIX) ? file.substring(0, file.length() - SUFFIX.length()) : file;
    }
}

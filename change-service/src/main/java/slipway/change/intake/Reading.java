package slipway.change.intake;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import slipway.change.intake.Source.Rule;
import slipway.http.Form;
import slipway.http.Refusal;
import slipway.messaging.Journal;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/// A delivery, read by the rules of its source. It decides nothing and stores nothing.
final class Reading {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final String TRACE = "traceparent";
    private static final Set<String> PASSING = Set.of(TRACE, "user-agent");
    private static final int MOST_PARTS = 1000;
    private static final Pattern CHANGE = Pattern.compile("CHG-\\d{1,18}");

    private final Source source;
    private final Installation.Here here;
    private final Delivery delivery;
    private final Map<String, Object> variables;
    private final Set<String> left = new LinkedHashSet<>();

    private Reading(Source source, Installation.Here here, Delivery delivery, Object body) {
        this.source = source;
        this.here = here;
        this.delivery = delivery;
        this.variables = Map.of("headers", delivery.headers(), "body", body, "settings", here.settings());
    }

    /// @throws Expression.Failing when it is no JSON
    /// @throws Refusal with every fault, when it is no sound event
    static Reading of(Source source, Installation.Here here, Delivery delivery) {
        JsonNode body = switch (source.format()) {
            case JSON -> json(delivery.body());
            case CLOUDEVENTS -> CloudEvents.event(delivery);
        };
        return new Reading(source, here, delivery, Expression.of(body));
    }

    static JsonNode json(byte[] body) {
        try {
            return JSON.readTree(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString());
        } catch (CharacterCodingException _) {
            throw new Expression.Failing("body: is no UTF-8");
        } catch (JacksonException e) {
            throw new Expression.Failing("body: is no JSON: " + e.getOriginalMessage());
        }
    }

    /// What has no key, or one that it does not say, is known by its content, and by the headers that say what it is: not by those
    /// that are others when it is sent again.
    static String contentKey(Source source, Delivery delivery) {
        StringBuilder head = new StringBuilder();
        new TreeMap<>(delivery.headers()).forEach((name, value) -> {
            if (!PASSING.contains(name) && !source.signature().kept().contains(name)) {
                head.append(name).append(": ").append(value).append('\n');
            }
        });
        byte[] text = head.append('\n').toString().getBytes(StandardCharsets.UTF_8);
        byte[] all = Arrays.copyOf(text, text.length + delivery.body().length);
        System.arraycopy(delivery.body(), 0, all, text.length, delivery.body().length);
        return "content:" + Journal.hash(all);
    }

    /// @throws Expression.Failing when this delivery does not say it
    String key() {
        return source.key() == null ? contentKey(source, delivery) : source.key().text(variables);
    }

    /// The first rule that is for it; null: none is.
    ///
    /// @throws Expression.Failing when that cannot be found out
    @Nullable Rule rule() {
        for (Rule rule : source.rules()) {
            if (rule.when().holds(variables)) {
                return rule;
            }
        }
        return null;
    }

    /// @throws Expression.Failing when it cannot be calculated
    @Nullable String subject(Rule rule) {
        return perhaps(rule, rule.subject());
    }

    /// What is about something may name no change in particular.
    private @Nullable String perhaps(Rule rule, @Nullable Expression expression) {
        boolean may = rule.then().ofChange() && !rule.about().isEmpty();
        return expression == null || may && expression.value(variables) == null ? null : expression.text(variables);
    }

    /// What has to have been known of a submitted change for a link; null: only drafts are linked.
    ///
    /// @throws Expression.Failing when it cannot be calculated
    @Nullable String from(Rule rule) {
        return rule.from() == null ? null : rule.from().text(variables);
    }

    /// What was built or released, in the same words whoever speaks of it; in order, so that nobody waits for each other.
    ///
    /// @throws Expression.Failing when it cannot be calculated
    List<String> about(Rule rule) {
        return rule.about().stream()
                .filter(each -> each.value(variables) != null)
                .map(each -> each.text(variables))
                .distinct()
                .sorted()
                .toList();
    }

    /// The change that the rule says by its id; null: it says none.
    ///
    /// @throws Expression.Failing when it cannot be calculated, or is the id of something else, which has facts of another kind
    @Nullable String change(Rule rule) {
        String named = perhaps(rule, rule.change());
        if (named != null && !CHANGE.matcher(named).matches()) {
            throw new Expression.Failing("change: '" + named + "' is no id of a change, such as CHG-7");
        }
        return named;
    }

    /// What it is taken apart into; null: it is one, or a part already.
    ///
    /// @throws Expression.Failing when that is no list of something
    @Nullable List<byte[]> parts() {
        if (source.split() == null || delivery.partOf() != null) {
            return null;
        }
        if (!(source.split().value(variables) instanceof List<?> all) || all.isEmpty() || all.size() > MOST_PARTS) {
            throw new Expression.Failing("split: is no list of 1 to " + MOST_PARTS);
        }
        return all.stream().map(JSON::writeValueAsBytes).toList();
    }

    /// @throws Expression.Failing when it cannot be calculated
    /// @throws Refusal when the fields are no form
    Verbs.Shown shown(Rule rule, String key) {
        return new Verbs.Shown(
                delivery.id(),
                source.name(),
                key,
                digest(),
                service(rule),
                List.of(),
                form(rule),
                delivery.headers().get(TRACE));
    }

    /// What a rule writes, as JSON has it.
    ///
    /// @throws Expression.Failing when it cannot be calculated
    Map<String, Object> filled(Rule rule) {
        return rule.with().fill(variables);
    }

    /// @throws Expression.Failing when it cannot be calculated
    /// @throws Refusal when the fields are no form
    Form form(Rule rule) {
        return form(filled(rule));
    }

    /// What a request says, for a change that is there.
    ///
    /// @param instead of its title; null: its title
    /// @param writtenBy people who made it
    /// @throws Expression.Failing when it cannot be calculated
    /// @throws Refusal when the fields are no form
    Verbs.Shown told(Rule rule, String key, String kind, @Nullable String instead, List<String> writtenBy) {
        Map<String, Object> asked = filled(rule);
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("kind", kind);
        Object title = asked.getOrDefault("title", asked.getOrDefault("reason", ""));
        shown.put("title", instead == null ? title : instead + ": " + title);
        // What is said instead of a request is only shown: a draft takes nothing of it.
        (instead == null ? Stream.of("version", "artifacts", "reference") : Stream.of("reference"))
                .filter(asked::containsKey)
                .forEach(name -> shown.put(name, asked.get(name)));
        if (asked.get("links") instanceof List<?> links && !links.isEmpty()) {
            shown.put("reference", links.getFirst());
        }
        return new Verbs.Shown(
                delivery.id(),
                source.name(),
                key,
                digest(),
                asked.get("service") instanceof String service ? service : null,
                writtenBy,
                form(shown),
                delivery.headers().get(TRACE));
    }

    private String digest() {
        return "sha256:" + Journal.hash(delivery.body());
    }

    private @Nullable String service(Rule rule) {
        return rule.service() == null || rule.service().value(variables) == null ? null : rule.service().text(variables);
    }

    private Form form(Map<String, Object> filled) {
        return Form.read(JSON.writeValueAsBytes(Cleaned.of(filled, left)), MediaType.APPLICATION_JSON);
    }

    /// @throws Expression.Failing when it cannot be calculated, or nobody here is behind it
    /// @throws Refusal when the fields are no form
    Verbs.Asked asked(Rule rule, String key) {
        Form fields = form(rule);
        List<String> people = people(rule);
        return new Verbs.Asked(
                source.name(),
                key,
                people.getFirst(),
                people.stream().skip(1).toList(),
                fields,
                delivery.headers().get(TRACE));
    }

    /// What of it was left out, and why, by what was read so far.
    List<String> left() {
        return List.copyOf(left);
    }

    /// Accounts are others' names: what is called dana there is not dana here, until somebody says so. Otherwise a stranger would ask in
    /// her name, or an approver unseen.
    private List<String> people(Rule rule) {
        List<String> people = rule.accounts().stream()
                .map(each -> each.text(variables))
                .distinct()
                .map(account -> {
                    String person = here.people().get(account);
                    if (person == null) {
                        throw new Expression.Failing("accounts: nobody here is known as '" + account + "' of "
                                + source.name() + "; name the account under people in the file slipway.intake.file");
                    }
                    return person;
                })
                .collect(Collectors.toCollection(ArrayList::new));
        if (delivery.sender() != null) {
            people.add(delivery.sender());
        }
        if (people.isEmpty()) {
            throw new Expression.Failing("accounts: nobody is behind it: the rule names no account, and it came without a token");
        }
        return people.stream().distinct().toList();
    }
}

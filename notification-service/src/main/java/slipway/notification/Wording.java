package slipway.notification;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/// A fact in words for people who have to do something, or will sleep better.
///
/// @param headline the rest of the subject, after the change's id
/// @param details sentences
/// @param page of ours, to which one of them leads; empty: none does
record Wording(String headline, List<String> details, String page) {

    Wording(String headline, List<String> details) {
        this(headline, details, "");
    }

    private static final int LONGEST_FIELD = 2_000;

    /// By the fact's own name and fields: facts that people are rarely told of, so that a route may name any fact.
    static Wording byFields(SpecificRecord fact) {
        return new Wording(lower(Message.words(fact.getSchema())), fields(fact));
    }

    /// `RFC submitted` stays, `Package built` becomes `package built`.
    private static String lower(String words) {
        return words.length() > 1 && Character.isUpperCase(words.charAt(1))
                ? words
                : words.substring(0, 1).toLowerCase(Locale.ROOT) + words.substring(1);
    }

    private static List<String> fields(SpecificRecord fact) {
        List<String> lines = new ArrayList<>();
        for (Schema.Field field : fact.getSchema().getFields()) {
            @Nullable Object value = fact.get(field.pos());
            switch (value) {
                case String _, Number _, Boolean _, Enum<?> _, Instant _ -> lines.add(field(field, value));
                case List<?> list when !list.isEmpty() && list.getFirst() instanceof String ->
                    lines.add(field(field, list));
                case null, default -> {}
            }
        }
        return lines;
    }

    private static String field(Schema.Field field, Object value) {
        return Cut.to(LONGEST_FIELD, field.name() + ": " + value);
    }
}

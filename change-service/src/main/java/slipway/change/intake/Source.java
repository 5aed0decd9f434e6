package slipway.change.intake;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A system that sends, as its file describes it.
///
/// @param headers that are kept and that rules see, in lower case
/// @param key what a delivery is known by; null: by its content
/// @param split what a delivery is taken apart into, each a delivery of its own; null: it is one
/// @param rules the first that holds is the one
record Source(
        String name,
        String summary,
        Format format,
        Signature signature,
        List<String> headers,
        @Nullable Expression key,
        @Nullable Expression split,
        List<Rule> rules) {

    /// How bodies are written.
    enum Format {
        JSON,
        /// `body` is the event, with its attributes and `data`.
        CLOUDEVENTS
    }

    /// Whether a header is kept, and rules see it.
    boolean keeps(String header) {
        return headers.contains(header)
                || format == Format.CLOUDEVENTS && header.startsWith(CloudEvents.ATTRIBUTE) && !SourceFile.isSecret(header);
    }

    /// What a rule leads to.
    enum Verb {
        /// A request for change, judged at once.
        SUBMIT,
        /// A draft, which a person completes and submits.
        DRAFT,
        /// Something that is shown for a change that is there.
        EVIDENCE,
        /// Something is wrong where releases run.
        ALERT,
        /// Nothing starts for a while.
        FREEZE,
        /// Somebody waits for leave to deploy, and is called back.
        GATE,
        /// The change for a subject is given up there.
        WITHDRAW,
        /// The change for a subject is about more than was known.
        LINK,
        /// Nothing.
        IGNORE;

        /// Whether a person of ours is behind it.
        boolean asks() {
            return switch (this) {
                case SUBMIT, DRAFT, FREEZE, WITHDRAW -> true;
                case EVIDENCE, ALERT, GATE, LINK, IGNORE -> false;
            };
        }

        /// Whether it has fields.
        boolean writes() {
            return switch (this) {
                case SUBMIT, DRAFT, EVIDENCE, ALERT, FREEZE, GATE, WITHDRAW -> true;
                case LINK, IGNORE -> false;
            };
        }

        /// Whether it is about a change that is there.
        boolean ofChange() {
            return switch (this) {
                case EVIDENCE, GATE -> true;
                case SUBMIT, DRAFT, ALERT, FREEZE, LINK, WITHDRAW, IGNORE -> false;
            };
        }

        /// Whether others may speak of what it is about, too.
        boolean mayBeAbout() {
            return switch (this) {
                case SUBMIT, DRAFT, EVIDENCE, GATE, LINK -> true;
                case ALERT, FREEZE, WITHDRAW, IGNORE -> false;
            };
        }

        boolean hasSubject() {
            return switch (this) {
                case SUBMIT, DRAFT, EVIDENCE, FREEZE, LINK, WITHDRAW -> true;
                case ALERT, GATE, IGNORE -> false;
            };
        }
    }

    /// @param accounts of the source's own people, the one who asks first; empty: whoever's token it came with
    /// @param subject what it is about and will be spoken of again; null: nothing
    /// @param change of which it speaks, by its id; null: the one of the subject, or those that are about the same
    /// @param service of which the change has to be that evidence or a gate names; null: nobody says
    /// @param from what has to have been known of the change for a link once it is submitted; null: only drafts are linked
    /// @param about what was built or released, such as a commit: evidence and gates find every change that is about the same, whichever
    ///     came first
    /// @param joins whether it makes no draft of its own where one is there that is about the same
    /// @param mirrors whether a draft follows what is edited there
    /// @param with what is written, by its fields
    record Rule(
            String name,
            Expression when,
            Verb then,
            @Nullable String reason,
            List<Expression> accounts,
            @Nullable Expression subject,
            @Nullable Expression change,
            @Nullable Expression service,
            @Nullable Expression from,
            List<Expression> about,
            boolean joins,
            boolean mirrors,
            Content.Fields with) {}
}

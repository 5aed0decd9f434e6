package slipway.change.policy;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A policy as somebody wrote it. Conditions are CEL and yield true or false; [Language] says what they may speak of.
///
/// @param source the whole text as published; its SHA-256 names the policy
/// @param rules all that match count: a denial beats stages, stages beat an automatic approval
/// @param stages in the order in which people read them; at most 8
public record PolicyText(String name, String version, String source, List<Rule> rules, List<StageText> stages) {

    /// @param when condition over the change
    public record Rule(String name, String when, Effect effect) {}

    /// What a matching rule demands.
    public sealed interface Effect {

        /// Nobody needs to look. Never holds for HIGH or EXTREME risk, nor for EMERGENCY or LATENT changes.
        record Auto() implements Effect {}

        /// @param stages names of stages, each of which has to approve
        record Require(List<String> stages) implements Effect {}

        /// The change cannot be approved as it is.
        record Deny(String reason) implements Effect {}
    }

    /// @param voters condition over a person and the change: who may vote
    /// @param atLeast approvals from so many people
    /// @param share and from at least this part of all who may vote, or null
    /// @param veto condition over a person: whose single rejection ends it; null: nobody's
    /// @param waits how long people have
    /// @param escalation condition over a person: who is asked too when nobody answered in time; null: nobody
    /// @param escalationWaits how long they then have
    public record StageText(
            String name,
            String voters,
            int atLeast,
            @Nullable Share share,
            @Nullable String veto,
            Duration waits,
            @Nullable String escalation,
            Duration escalationWaits) {}

    /// A part of a whole, exactly: 2 of 3.
    public record Share(int part, int whole) {

        /// The smallest number that is at least this share.
        int of(int members) {
            return Math.ceilDiv(Math.multiplyExact(part, members), whole);
        }
    }
}

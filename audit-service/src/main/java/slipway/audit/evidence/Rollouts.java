package slipway.audit.evidence;

import static slipway.audit.evidence.Finding.met;
import static slipway.audit.evidence.Finding.notApplicable;
import static slipway.audit.evidence.Finding.notMet;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import slipway.audit.domain.Invariant;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/// What was rolled out, under which precautions, and what came of it.
final class Rollouts {

    /// Services run on clocks that differ.
    private static final Duration GRACE = Duration.ofMinutes(1);

    private Rollouts() {}

    /// Of what was rolled out, and before it was.
    static Finding tested(Story story) {
        List<Proven> starts = story.of("ReleaseStarted").toList();
        if (starts.isEmpty()) {
            return notApplicable("nothing was rolled out");
        }
        Set<Proven> proof = new LinkedHashSet<>();
        int checks = 0;
        for (Proven start : starts) {
            Optional<Proven> test = story.of("PackageTested")
                    .filter(each -> each.text("digest").equals(start.text("digest")) && story.isBefore(each, start))
                    .reduce((_, later) -> later);
            if (test.isEmpty() || test.get().payload().path("checks").isEmpty()) {
                return notMet("what was rolled out in " + start.text("environment") + " was not tested: no check of it is recorded", Stream.of(start));
            }
            List<String> failed = test.get().payload().path("checks").valueStream()
                    .filter(check -> !check.path("passed").asBoolean())
                    .map(check -> check.path("name").asString(""))
                    .toList();
            if (!failed.isEmpty()) {
                return notMet("what was rolled out in " + start.text("environment") + " failed " + String.join(", ", failed), Stream.of(test.get(), start));
            }
            checks += proof.add(test.get()) ? test.get().payload().path("checks").size() : 0;
        }
        return met("what was rolled out passed all " + checks + " checks", proof.stream());
    }

    /// A backup that was proven to the level that the plan asks for, and sound when the rollout began.
    static Finding secured(Story story) {
        List<Proven> starts = story.of("ReleaseStarted").toList();
        if (starts.isEmpty()) {
            return notApplicable("nothing was rolled out");
        }
        List<Proven> proof = new ArrayList<>();
        List<String> told = new ArrayList<>();
        for (Proven start : starts) {
            Optional<String> wrong = story.broken(Invariant.START_HAS_A_WAY_BACK, start);
            if (wrong.isPresent()) {
                return notMet("the rollout in " + start.text("environment") + " began without a way back: " + wrong.get(), Stream.of(start));
            }
            String set = start.text("backupSetId");
            Optional<Proven> proven = Stream.concat(story.of("BackupVerified"), story.of("RestoreTested"))
                    .filter(each -> each.entry().aggregateId().equals(set))
                    .filter(each -> each.entry().recordedAt().isBefore(start.entry().recordedAt().plus(GRACE)))
                    .max(Comparator.comparing(each -> each.text("level")));
            if (proven.isEmpty()) {
                return notMet("the rollout in " + start.text("environment") + " began, and no proof of " + set + " is recorded", Stream.of(start));
            }
            proof.add(proven.get());
            told.add(start.text("environment") + " from " + set + ", proven to " + proven.get().text("level"));
        }
        return met("a way back for " + String.join("; ", told), proof.stream());
    }

    static Finding gated(Story story) {
        List<Proven> starts = story.of("ReleaseStarted").toList();
        if (starts.isEmpty()) {
            return notApplicable("nothing was rolled out");
        }
        List<Proven> proof = new ArrayList<>();
        for (Proven start : starts) {
            Map<String, Proven> gates = new LinkedHashMap<>();
            story.of("ReleaseGateEvaluated")
                    .filter(each -> each.entry().aggregateId().equals(start.entry().aggregateId()))
                    .filter(each -> each.text("environment").equals(start.text("environment")) && story.isBefore(each, start))
                    .forEach(each -> gates.put(each.text("gate"), each));
            List<Proven> closed = gates.values().stream().filter(each -> !each.text("verdict").equals("OPEN")).toList();
            if (gates.isEmpty() || !closed.isEmpty()) {
                return notMet(
                        "the rollout in " + start.text("environment") + " began "
                                + (gates.isEmpty()
                                        ? "and no gate is recorded"
                                        : "while closed: " + String.join(", ", closed.stream().map(each -> each.text("gate")).toList())),
                        Stream.concat(Stream.of(start), closed.stream()));
            }
            proof.addAll(gates.values());
        }
        return met("all gates were open: " + String.join(", ", proof.stream().map(each -> each.text("gate")).distinct().toList()), proof.stream());
    }

    /// Each rollout within the window of the very leave that it shows.
    static Finding scheduled(Story story) {
        List<Proven> starts = story.of("ReleaseStarted").toList();
        if (starts.isEmpty()) {
            return notApplicable("nothing was rolled out");
        }
        List<Proven> proof = new ArrayList<>();
        for (Proven start : starts) {
            Optional<Proven> leave = story.of("ImplementationAuthorised").filter(each -> isShown(story.change(), each, start)).findFirst();
            if (leave.isEmpty()) {
                return notMet("the rollout in " + start.text("environment") + " began without leave that says when", Stream.of(start));
            }
            if (!isWithin(leave.get().payload().path("window"), start.entry().occurredAt())) {
                return notMet("the rollout in " + start.text("environment") + " began outside of the window of its leave", Stream.of(leave.get(), start));
            }
            proof.add(leave.get());
            proof.add(start);
        }
        return met("every rollout began within the window of its leave", proof.stream());
    }

    /// Before a release could carry several changes, its one leave stood in the start itself.
    private static boolean isShown(String change, Proven leave, Proven start) {
        JsonNode leaves = start.payload().path("leaves");
        JsonNode shown = leaves.isEmpty()
                ? start.payload()
                : leaves.valueStream().filter(each -> each.path("changeId").asString("").equals(change)).findFirst().orElse(MissingNode.getInstance());
        return leave.entry().aggregateId().equals(change)
                && leave.text("releaseId").equals(start.entry().aggregateId())
                && leave.text("environment").equals(start.text("environment"))
                && leave.text("authorisationId").equals(shown.path("authorisationId").asString(""))
                && leave.payload().path("epoch").equals(shown.path("epoch"));
    }

    private static boolean isWithin(JsonNode window, Instant at) {
        return window.isObject()
                && !at.isBefore(Instant.parse(window.path("notBefore").asString("")).minus(GRACE))
                && !at.isAfter(Instant.parse(window.path("notAfter").asString("")).plus(GRACE));
    }

    /// What runs is what was meant, or what ran before runs again.
    static Finding matched(Story story) {
        List<Proven> ends = Stream.concat(story.of("ReleaseDeployed"), story.of("RollbackCompleted")).toList();
        List<Proven> odd = ends.stream()
                .filter(each -> !each.payload()
                        .path(each.type().equals("ReleaseDeployed") ? "digest" : "toDigest")
                        .equals(each.payload().path("observedDigest")))
                .toList();
        if (!odd.isEmpty()) {
            return notMet("what was seen to run is not what was meant", odd.stream());
        }
        Optional<Proven> failed = story.last("RollbackFailed");
        if (failed.isPresent() && story.of("ReleaseResolved").noneMatch(each -> story.isBefore(failed.get(), each))) {
            return notMet("the way back in " + failed.get().text("environment") + " failed, and nobody said that it is mended", failed.stream());
        }
        if (ends.isEmpty()) {
            return notApplicable("no rollout came to an end");
        }
        long back = ends.stream().filter(each -> each.type().equals("RollbackCompleted")).count();
        return met(
                back == 0 ? "seen to run on every instance: what was approved" : "taken back, and what ran before was seen to run again",
                ends.stream());
    }

    /// Only what passes goes on: whatever else an analysis says, it is asked again or the release is taken back there.
    static Finding validated(Story story) {
        Map<List<String>, Proven> last = new LinkedHashMap<>();
        story.of("CanaryAnalysisCompleted")
                .forEach(each -> last.put(List.of(each.entry().aggregateId(), each.text("environment"), each.payload().path("step").asString("")), each));
        if (last.isEmpty()) {
            return notApplicable("no analysis was part of the rollout");
        }
        List<Proven> proof = new ArrayList<>(last.values());
        List<String> taken = new ArrayList<>();
        for (Proven analysis : last.values()) {
            if (analysis.text("verdict").equals("PASS")) {
                continue;
            }
            Optional<Proven> back = story.of("RollbackTriggered")
                    .filter(each -> each.entry().aggregateId().equals(analysis.entry().aggregateId()) && story.isBefore(analysis, each))
                    .filter(each -> each.text("environment").equals(analysis.text("environment"))
                            || each.texts("environments").contains(analysis.text("environment")))
                    .findFirst();
            String what = "the analysis in " + analysis.text("environment") + " said " + analysis.text("verdict");
            if (back.isEmpty()) {
                return notMet(what + " and it was not taken back there", Stream.of(analysis));
            }
            proof.add(back.get());
            taken.add(what + ", and it was taken back");
        }
        return met(
                taken.isEmpty() ? last.size() + " analyses of the new against the old, all passed" : String.join("; ", taken),
                proof.stream());
    }
}

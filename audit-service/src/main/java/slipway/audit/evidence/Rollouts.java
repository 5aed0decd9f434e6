package slipway.audit.evidence;

import static slipway.audit.evidence.Finding.met;
import static slipway.audit.evidence.Finding.notApplicable;
import static slipway.audit.evidence.Finding.notMet;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// What was rolled out, under which precautions, and what came of it.
final class Rollouts {

    /// Services run on clocks that differ.
    private static final Duration GRACE = Duration.ofMinutes(1);

    private Rollouts() {}

    static Finding tested(Story story) {
        List<Proven> tests = story.of("PackageTested").toList();
        if (tests.isEmpty()) {
            return story.first("ReleaseStarted")
                    .map(start -> notMet("it was rolled out and no test of a package is recorded", Stream.of(start)))
                    .orElse(notApplicable("nothing was packaged"));
        }
        List<String> failed = new ArrayList<>();
        int checks = 0;
        for (Proven test : tests) {
            for (JsonNode check : test.payload().path("checks")) {
                checks++;
                if (!check.path("passed").asBoolean()) {
                    failed.add(check.path("name").asString(""));
                }
            }
        }
        return failed.isEmpty()
                ? met("the package passed all " + checks + " checks", tests.stream())
                : notMet("the package failed " + String.join(", ", failed), tests.stream());
    }

    /// A backup that was proven to the level that the plan asks for, before the rollout began.
    static Finding secured(Story story) {
        List<Proven> starts = story.of("ReleaseStarted").toList();
        if (starts.isEmpty()) {
            return notApplicable("nothing was rolled out");
        }
        List<Proven> proof = new ArrayList<>();
        List<String> told = new ArrayList<>();
        for (Proven start : starts) {
            String set = start.text("backupSetId");
            String least = story.of("BackupRequested")
                    .filter(each -> each.entry().aggregateId().equals(start.entry().aggregateId()))
                    .filter(each -> each.text("environment").equals(start.text("environment")) && story.isBefore(each, start))
                    .reduce((_, later) -> later)
                    .map(each -> each.text("minLevel"))
                    .orElse("none");
            Optional<Proven> proven = Stream.concat(story.of("BackupVerified"), story.of("RestoreTested"))
                    .filter(each -> each.entry().aggregateId().equals(set))
                    .filter(each -> each.text("level").compareTo(least) >= 0)
                    .filter(each -> each.entry().recordedAt().isBefore(start.entry().recordedAt().plus(GRACE)))
                    .findFirst();
            if (proven.isEmpty()) {
                return notMet("the rollout in " + start.text("environment") + " began without a backup proven to level " + least, Stream.of(start));
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

    static Finding scheduled(Story story) {
        List<Proven> leaves = story.of("ImplementationAuthorised").toList();
        List<Proven> starts = story.of("ReleaseStarted").toList();
        if (starts.isEmpty()) {
            return notApplicable("nothing was rolled out");
        }
        for (Proven start : starts) {
            if (leaves.stream().noneMatch(leave -> isWithin(leave.payload().path("window"), start.entry().occurredAt()))) {
                return notMet("the rollout in " + start.text("environment") + " began outside of every window that it had leave for", Stream.of(start));
            }
        }
        return met("every rollout began within the window of its leave", Stream.concat(leaves.stream(), starts.stream()));
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

    static Finding validated(Story story) {
        List<Proven> canaries = story.of("CanaryAnalysisCompleted").toList();
        List<Proven> back = story.of("RollbackTriggered").toList();
        List<Proven> bad = canaries.stream().filter(each -> each.text("verdict").equals("FAIL")).toList();
        if (canaries.isEmpty()) {
            return notApplicable("no analysis was part of the rollout");
        }
        if (bad.isEmpty()) {
            return met(canaries.size() + " analyses of the new against the old, none failed", canaries.stream());
        }
        return back.isEmpty()
                ? notMet("an analysis failed and it was not taken back", bad.stream())
                : met("an analysis failed, and it was taken back", Stream.concat(bad.stream(), back.stream()));
    }
}

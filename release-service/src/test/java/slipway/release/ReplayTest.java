package slipway.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import slipway.events.Actor;
import slipway.events.ActorKind;
import slipway.events.Meta;
import slipway.release.VerdictController.Replayed;
import slipway.release.analysis.Analysis;
import slipway.release.analysis.Judge;
import slipway.release.analysis.Judgement;
import slipway.release.analysis.Judging;
import slipway.release.analysis.Measurement;
import slipway.release.analysis.Metric;
import slipway.release.analysis.Side;
import slipway.release.analysis.Verdict;
import slipway.release.domain.ReleaseEvent;
import slipway.release.domain.ReleaseEvent.CanaryAnalysisCompleted;
import slipway.wire.Mapping;

/// A verdict is calculated again from what the log keeps of it, after years and on another machine.
class ReplayTest {

    private static final Instant AT = Instant.parse("2026-03-02T10:00:00.123Z");
    private static final Meta META = new Meta(
            "e", "REL-CHG-1", 1L, AT, AT, new Actor("dana", ActorKind.HUMAN, null), "CHG-1", null, null, null);

    private final Mapping<ReleaseEvent> mapping = Mapping.of(ReleaseEvent.class, ReleaseService.CONTRACT);

    private static Metric metric(String name, Metric.Threshold threshold, Metric.Comparison comparison) {
        return new Metric(
                name,
                Metric.Source.PROMETHEUS,
                "q",
                "",
                1000,
                6,
                1000,
                0,
                4,
                new Metric.Traffic("t", 0.1),
                threshold,
                comparison);
    }

    private static Measurement measurement(String metric, Side side, Double... values) {
        return new Measurement("prod-1", AT, 1234, true, "", metric, side, false, List.of(values), 0.3);
    }

    private static final double TENTH = 0.1;

    static Stream<CanaryAnalysisCompleted> facts() {
        Metric rate = metric("täglich \"10 %\"\n\uD83D\uDE80", new Metric.Threshold("result[0] < 1.0e-3", "", 1, 0, 0), null);
        Metric size = metric(
                "size",
                null,
                new Metric.Comparison("", Metric.Direction.EITHER, Metric.Effect.MEAN_RATIO, 1.1, 0.9, 2, 0.5, true, "g"));
        Double[] odd = {Double.NaN, -0.0, 0.0, Double.MIN_VALUE, 1 / 3.0, 1e300, TENTH + 0.2, 1e-7};
        return Stream.of(
                fact(
                        Analysis.threshold("rate", List.of(rate)),
                        List.of(
                                measurement(rate.name(), Side.CANARY, 1.0e-4),
                                measurement(rate.name(), Side.CANARY, Double.NaN),
                                measurement(rate.name(), Side.CANARY),
                                measurement(rate.name(), Side.CANARY, Double.POSITIVE_INFINITY),
                                measurement(rate.name(), Side.CANARY, 0.5))),
                fact(
                        Analysis.statistical("size", List.of(size), List.of(new Analysis.Weight("g", 100)), 95, 75),
                        List.of(
                                measurement("size", Side.CANARY, odd),
                                measurement("size", Side.BASELINE, 3.0, 2.0, 1.0, 4.0, 5.0, 1 / 7.0))));
    }

    private static CanaryAnalysisCompleted fact(Analysis analysis, List<Measurement> samples) {
        Judgement judgement = Judging.of(analysis).judge(samples);
        return new CanaryAnalysisCompleted(
                "prod",
                3,
                judgement.verdict(),
                analysis.judge().name(),
                Judge.VERSION,
                0,
                samples,
                judgement.reason(),
                analysis,
                judgement.score(),
                judgement.text());
    }

    @ParameterizedTest
    @MethodSource("facts")
    void the_same_bytes_come_out_of_a_fact_that_was_written_and_read(CanaryAnalysisCompleted fact) throws IOException {
        CanaryAnalysisCompleted read = (CanaryAnalysisCompleted) mapping.toDomain(writtenAndRead(mapping.toAvro(fact, META)));
        assertThat(read).isEqualTo(fact);
        Replayed replayed = Replayed.of(read);
        assertThat(replayed.identical()).isTrue();
        assertThat(replayed.again().getBytes(StandardCharsets.UTF_8))
                .isEqualTo(fact.text().getBytes(StandardCharsets.UTF_8));
    }

    private static SpecificRecord writtenAndRead(SpecificRecord avro) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        new SpecificDatumWriter<SpecificRecord>(avro.getSchema()).write(avro, encoder);
        encoder.flush();
        return new SpecificDatumReader<SpecificRecord>(avro.getSchema())
                .read(null, DecoderFactory.get().binaryDecoder(bytes.toByteArray(), null));
    }

    @Test
    void one_sample_that_somebody_changed_is_seen() {
        CanaryAnalysisCompleted fact = facts().toList().getLast();
        CanaryAnalysisCompleted changed = new CanaryAnalysisCompleted(
                fact.environment(),
                fact.step(),
                fact.verdict(),
                fact.judge(),
                fact.judgeVersion(),
                fact.failureLimit(),
                List.of(fact.samples().getFirst(), measurement("size", Side.BASELINE, 3.0, 2.0, 1.0, 4.0, 5.0, 1 / 6.0)),
                fact.reason(),
                fact.analysis(),
                fact.score(),
                fact.text());
        assertThat(Replayed.of(changed).identical()).isFalse();
        assertThat(Replayed.of(changed).again()).isNotEqualTo(fact.text());
    }

    @Test
    void what_was_judged_before_definitions_were_kept_cannot_be_judged_again() {
        Replayed replayed = Replayed.of(new CanaryAnalysisCompleted(
                "prod", 3, Verdict.PASS, "http-probe-threshold", "1", 0, List.of(), "fine", null, null, ""));
        assertThat(replayed).returns(false, Replayed::identical).returns(null, Replayed::again);
    }
}

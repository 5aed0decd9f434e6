package slipway.audit;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import slipway.audit.Checkpoints.Signed;
import slipway.audit.anchor.Anchor;
import slipway.audit.anchor.AnchorAhead;
import slipway.audit.anchor.AnchorRefused;
import slipway.audit.transparency.Checkpoint;
import slipway.audit.transparency.LogCheck.Kept;
import slipway.audit.transparency.Note;
import slipway.audit.transparency.TileLog;
import slipway.audit.transparency.VerifyingKey;

/// Has the last checkpoint kept elsewhere, by each anchor for itself: one that is away keeps no other waiting, nor who signs.
final class Anchoring implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Anchoring.class);

    private final List<Anchor> anchors;
    private final VerifyingKey key;
    private final TileLog files;
    private final Checkpoints checkpoints;
    private final JdbcClient jdbc;
    private final Duration every;
    private final Map<String, Trouble> troubles = new ConcurrentHashMap<>();
    private final Set<String> atWork = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /// @param every how often it is done
    Anchoring(List<Anchor> anchors, VerifyingKey key, TileLog files, Checkpoints checkpoints, JdbcClient jdbc, Duration every) {
        this.anchors = List.copyOf(anchors);
        this.key = key;
        this.files = files;
        this.checkpoints = checkpoints;
        this.jdbc = jdbc;
        this.every = every;
    }

    /// How an anchor stands.
    ///
    /// @param size leaves of the checkpoint that it kept last; 0: none yet
    /// @param trouble why it does not keep the newest; empty: it does, or will in a moment
    /// @param contradicts whether that is because the newest contradicts what it knows
    record Standing(String name, long size, String trouble, boolean contradicts) {}

    private record Trouble(String text, boolean contradicts) {}

    List<Standing> standing() {
        return anchors.stream()
                .map(anchor -> {
                    Trouble trouble = troubles.getOrDefault(anchor.name(), new Trouble("", false));
                    return new Standing(anchor.name(), last(anchor), trouble.text(), trouble.contradicts());
                })
                .toList();
    }

    @Scheduled(fixedDelayString = "${slipway.audit.anchor-every}")
    void keep() {
        files.checkpoint().ifPresent(note -> anchors.stream().filter(anchor -> atWork.add(anchor.name())).forEach(anchor -> threads.execute(() -> {
            try {
                keep(anchor, note);
            } finally {
                atWork.remove(anchor.name());
            }
        })));
    }

    /// @param note the last checkpoint in this instance's files
    void keep(Anchor anchor, String note) {
        try {
            keepUnlessBehind(anchor, note);
            troubles.remove(anchor.name());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            LOG.warn("{} keeps no checkpoint now, trying again: {}", anchor.name(), e.getMessage());
            boolean contradicts = e instanceof AnchorRefused || e instanceof IllegalStateException;
            troubles.put(anchor.name(), new Trouble(e.getMessage() == null ? e.toString() : e.getMessage(), contradicts));
        }
    }

    /// What it keeps is the database's, and so all instances'; the files are this one's, and may be a moment behind what another one signed and had
    /// kept. Then there is nothing to keep, and nothing is wrong.
    private void keepUnlessBehind(Anchor anchor, String note) throws IOException, InterruptedException {
        try {
            keepNewer(anchor, note);
        } catch (AnchorAhead e) {
            if (e.seen() > checkpoints.last().map(Signed::size).orElse(0L)) {
                throw e;
            }
        }
    }

    private void keepNewer(Anchor anchor, String note) throws IOException, InterruptedException {
        Checkpoint checkpoint = Checkpoint.parse(Note.open(note, key));
        long size = checkpoint.size();
        long earlier = last(anchor);
        if (size < earlier) {
            throw new AnchorAhead(earlier, size);
        }
        if (size > earlier) {
            if (!files.tree(size).root().equals(checkpoint.root())) {
                throw new IllegalStateException("the tiles are not those that were signed");
            }
            String kept = anchor.keep(files.tree(size), note, earlier);
            jdbc.sql("insert into anchored (anchor, size, note) values (?, ?, ?) on conflict do nothing")
                    .params(anchor.name(), size, kept)
                    .update();
        }
    }

    /// For how long a checkpoint has waited to be kept beyond its turn, by the anchor that is behind most; 0: none does. As the database says, so all
    /// instances say the same, and a new one knows it.
    double overdueSeconds() {
        return anchors.stream()
                .flatMap(anchor -> jdbc.sql(
                                """
                                select extract(epoch from clock_timestamp() - signed_at) from checkpoint
                                where size > (select coalesce(max(size), 0) from anchored where anchor = ?)
                                order by size limit 1
                                """)
                        .param(anchor.name())
                        .query(Double.class)
                        .optional()
                        .stream())
                .mapToDouble(waited -> Math.max(0, waited - every.toMillis() / 1000.0))
                .max()
                .orElse(0);
    }

    private long last(Anchor anchor) {
        return jdbc.sql("select coalesce(max(size), 0) from anchored where anchor = ?")
                .param(anchor.name())
                .query(Long.class)
                .single();
    }

    /// What all of them keep, and what was remembered of those that nobody can ask.
    ///
    /// @param faults gets which of them cannot be read
    List<Kept> kept(Consumer<String> faults) {
        List<Kept> kept = new ArrayList<>();
        for (Anchor anchor : anchors) {
            // Before it is asked: what another instance has it keep meanwhile may not be in its answer.
            List<Kept> remembered = remembered(anchor.name());
            try {
                anchor.kept().ifPresent(there -> {
                    kept.addAll(there);
                    lost(remembered, there, faults);
                });
            } catch (IOException e) {
                faults.accept(anchor.name() + " cannot be read: " + e.getMessage());
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                faults.accept(anchor.name() + " was not read: the service stops");
            }
            remembered.stream()
                    .filter(each -> !anchor.said(each.note()))
                    .forEach(each -> faults.accept(each.from() + " is not what it said: it did not sign that"));
        }
        kept.addAll(jdbc.sql("select distinct anchor from anchored order by anchor").query(String.class).list().stream()
                .flatMap(anchor -> remembered(anchor).stream())
                .toList());
        return kept;
    }

    /// What it kept once, and does not keep any more.
    private static void lost(List<Kept> remembered, List<Kept> there, Consumer<String> faults) {
        Set<String> notes = there.stream().map(Kept::note).collect(Collectors.toSet());
        remembered.stream()
                .filter(each -> !notes.contains(each.note()))
                .forEach(each -> faults.accept(each.from() + " is not there any more"));
    }

    private List<Kept> remembered(String anchor) {
        return jdbc.sql("select * from anchored where anchor = ? order by size")
                .param(anchor)
                .query((row, _) -> new Kept("what " + anchor + " kept of " + row.getLong("size") + " leaves", row.getString("note")))
                .list();
    }

    /// What is at work is interrupted; it is done again after the next start.
    @Override
    public void close() {
        threads.shutdownNow();
    }
}

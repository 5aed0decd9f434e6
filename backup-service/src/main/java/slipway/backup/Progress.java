package slipway.backup;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import slipway.backup.vault.Watch;

/// How far the work on a set is that this instance does just now. It is in memory only: what was reached is in the facts.
@Component
class Progress implements Watch {

    private final Map<String, Work> bySet = new ConcurrentHashMap<>();
    private final Map<String, Hindrance> hindrances = new ConcurrentHashMap<>();
    private final Clock clock;

    /// Each attempt tells it anew, a minute apart at most; another instance may have come to the end meanwhile.
    private static final Duration TRIED_AGAIN = Duration.ofMinutes(3);

    private record Hindrance(String reason, Instant at) {}

    Progress(Clock clock) {
        this.clock = clock;
    }

    /// @param doing `capturing`, `restoring`, `copying to`, `reading` or the like
    /// @param item of the set, or the URI of a copy of all of it
    /// @param bytes so far, of an item of plaintext
    /// @param bytesPerSecond on average since that began
    record Now(String doing, String item, long bytes, Instant since, long bytesPerSecond) {}

    /// Something that is done on a set until it is closed.
    final class Work implements Watch.Work {
        private final String set;
        private final String doing;
        private final String item;
        private final Instant since = clock.instant();
        private final AtomicLong bytes = new AtomicLong();

        private Work(String set, String doing, String item) {
            this.set = set;
            this.doing = doing;
            this.item = item;
        }

        @Override
        public void accept(long more) {
            bytes.addAndGet(more);
        }

        /// Whatever else is done on the set goes on.
        @Override
        public void close() {
            bySet.remove(set, this);
        }

        OutputStream writing(OutputStream out) {
            return new FilterOutputStream(out) {
                @Override
                public void write(int b) throws IOException {
                    out.write(b);
                    accept(1);
                }

                @Override
                public void write(byte[] chunk, int offset, int length) throws IOException {
                    out.write(chunk, offset, length);
                    accept(length);
                }
            };
        }

        InputStream reading(InputStream in) {
            return new FilterInputStream(in) {
                @Override
                public int read() throws IOException {
                    int read = super.read();
                    accept(read < 0 ? 0 : 1);
                    return read;
                }

                @Override
                public int read(byte[] chunk, int offset, int length) throws IOException {
                    int read = super.read(chunk, offset, length);
                    accept(Math.max(0, read));
                    return read;
                }
            };
        }
    }

    /// What is being done on the set; null: nothing here.
    @Nullable Now of(String set) {
        Work work = bySet.get(set);
        if (work == null) {
            return null;
        }
        long bytes = work.bytes.get();
        long millis = Math.max(1, Duration.between(work.since, clock.instant()).toMillis());
        return new Now(work.doing, work.item, bytes, work.since, bytes * 1000 / millis);
    }

    /// What the last attempt of something failed by, that is tried again; null: nothing here.
    @Nullable String waitsFor(String aggregate) {
        Hindrance last = hindrances.get(aggregate);
        return last == null || last.at().isBefore(clock.instant().minus(TRIED_AGAIN)) ? null : last.reason();
    }

    /// @param aggregate a set, or the restores from one
    void waits(String aggregate, String reason) {
        hindrances.put(aggregate, new Hindrance(reason, clock.instant()));
    }

    void waitsNoLonger(String aggregate) {
        hindrances.remove(aggregate);
    }

    @Override
    public Work begun(String set, String doing, String item) {
        Work work = new Work(set, doing, item);
        bySet.put(set, work);
        return work;
    }
}

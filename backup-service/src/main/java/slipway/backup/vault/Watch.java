package slipway.backup.vault;

import java.util.function.LongConsumer;

/// Sees how copies are made and read.
public interface Watch {

    /// Nobody looks.
    Watch NONE = (_, _, _) -> new Work() {
        @Override
        public void accept(long bytes) {}

        @Override
        public void close() {}
    };

    /// What is done just now; it is told each time how many more bytes were done. Closed when it ends.
    interface Work extends LongConsumer, AutoCloseable {
        @Override
        void close();
    }

    /// @param doing such as `copying to`
    /// @param location URI of the set in the location
    Work begun(String set, String doing, String location);
}

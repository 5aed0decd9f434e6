package slipway.backup.vault;

import java.util.function.LongConsumer;

/// Sees how copies are made.
public interface Watch {

    /// Nobody looks.
    Watch NONE = new Watch() {
        @Override
        public LongConsumer begun(String set, String doing, String location) {
            return _ -> {};
        }

        @Override
        public void ended(String set) {}
    };

    /// @param doing such as `copying to`
    /// @param location URI of the set in the location
    /// @return is told each time how many more bytes were done
    LongConsumer begun(String set, String doing, String location);

    void ended(String set);
}

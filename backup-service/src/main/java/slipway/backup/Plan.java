package slipway.backup;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import slipway.backup.domain.Retention;
import slipway.backup.recipe.Item;

/// What is backed up together, when, and how long that is kept.
///
/// @param environment that sets of no release are of
/// @param schedule when what is done without a release; empty: never
/// @param retention null: all sets are kept
record Plan(
        String name, String environment, List<Item> items, Map<Task, Cron> schedule, @Nullable Retention retention) {

    /// What a schedule does.
    enum Task {
        /// A set of its own.
        BACKUP("backup"),
        /// Every copy of every proven set is read to its end.
        SCRUB("scrub"),
        /// The newest proven set is restored into scratch and compared.
        RESTORE_TEST("restoreTest"),
        /// Sets that the retention does not keep are given up.
        PRUNE("prune");

        /// In the file.
        private final String word;

        Task(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }
}

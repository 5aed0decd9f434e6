package slipway.backup.recipe;

import java.nio.file.Path;
import java.time.Clock;

/// Makes recipes of files.
///
/// @param work folder for what is only there while a recipe works
/// @param folders where its programs may lie
public record RecipeFiles(Path work, ProgramFolders folders, Clock clock) {

    /// Ends and deletes what looks and attempts left that ended with their process, and what is left in memory. What cannot be, is logged.
    public void clear() {
        InMemory.clear();
        Looks.clear(work);
        Homes.clear(work);
    }

    /// @param where for messages
    /// @throws IllegalArgumentException naming every fault
    public Recipe read(String where, byte[] yaml) {
        return new DeclaredRecipe(RecipeFile.read(where, yaml), work, folders, clock);
    }
}

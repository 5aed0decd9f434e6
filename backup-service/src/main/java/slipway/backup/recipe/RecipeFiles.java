package slipway.backup.recipe;

import java.nio.file.Path;
import java.time.Clock;

/// Makes recipes of files.
///
/// @param work folder for what is only there while a recipe works
/// @param folders where its programs may lie
public record RecipeFiles(Path work, ProgramFolders folders, Clock clock) {

    /// @param where for messages
    /// @throws IllegalArgumentException naming every fault
    public Recipe read(String where, byte[] yaml) {
        return new DeclaredRecipe(RecipeFile.read(where, yaml), work, folders, clock);
    }
}

package slipway.backup.vault;

import java.util.Set;
import java.util.function.UnaryOperator;

/// A location of some kind, and what happens to it without our doing.
interface Rig extends AutoCloseable {

    /// Anew, as after a restart.
    Location location();

    /// Every file that lies there, as a path below the location.
    Set<String> files() throws Exception;

    /// Rot, or somebody.
    void change(String path, UnaryOperator<byte[]> change) throws Exception;

    void delete(String path) throws Exception;

    /// Files that were there before a repair, and are still to be had.
    byte[] putAside(String set, String file) throws Exception;

    void down() throws Exception;

    void up() throws Exception;

    @Override
    void close() throws Exception;
}

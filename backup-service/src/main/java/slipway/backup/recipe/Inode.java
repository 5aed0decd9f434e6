package slipway.backup.recipe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;

/// What a file system knows of a file besides its name and its contents; of a symbolic link, of the link itself.
///
/// @param mode rwx thrice, set-user-id, set-group-id and sticky: 07777
/// @param names how many it has: more than one are hard links
/// @param key the same for all its names
record Inode(BasicFileAttributes is, int mode, int uid, int gid, int names, Object key) {

    static final int SET_ID = 06000;
    private static final int MODE = 07777;

    static Inode of(Path path) throws IOException {
        BasicFileAttributes is = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        Map<String, Object> of = Files.readAttributes(path, "unix:mode,uid,gid,nlink,dev,ino", LinkOption.NOFOLLOW_LINKS);
        return new Inode(
                is,
                number(of, "mode") & MODE,
                number(of, "uid"),
                number(of, "gid"),
                number(of, "nlink"),
                of.get("dev") + ":" + of.get("ino"));
    }

    /// As whom this service runs.
    static int self() throws IOException {
        return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    }

    private static int number(Map<String, Object> of, String name) {
        return ((Number) of.get(name)).intValue();
    }

    boolean hasOtherNames() {
        return is.isRegularFile() && names > 1;
    }

    String owner() {
        return owner(uid, gid);
    }

    /// Numbers without a sign, as the system has them.
    static String owner(int uid, int gid) {
        return Integer.toUnsignedString(uid) + ":" + Integer.toUnsignedString(gid);
    }

    static void own(Path path, int uid, int gid) throws IOException {
        Files.setAttribute(path, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
    }

    /// After [#own], which takes away what makes a program run as its owner.
    static void mode(Path path, int mode) throws IOException {
        Files.setAttribute(path, "unix:mode", mode & MODE);
    }
}

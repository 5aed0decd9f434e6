package slipway.backup.vault;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import slipway.program.Installed;

/// The real program, with a folder of this machine for a remote.
final class RcloneRig implements Rig {

    private static final String THERE = "[elsewhere]\ntype = local\n";

    private final Path folder;
    private final Path config;
    private final Rclone rclone;

    RcloneRig(Path home) throws Exception {
        folder = home.resolve("remote");
        config = Files.writeString(home.resolve("rclone.conf"), THERE);
        rclone = new Rclone(Path.of(Installed.program("rclone")), config);
    }

    @Override
    public Location location() {
        return new RcloneLocation(rclone, "elsewhere:" + folder);
    }

    @Override
    public Set<String> files() throws Exception {
        try (var all = Files.walk(folder)) {
            Set<String> files = new TreeSet<>();
            all.filter(Files::isRegularFile).forEach(each -> files.add(folder.relativize(each).toString()));
            return files;
        }
    }

    @Override
    public void change(String path, UnaryOperator<byte[]> change) throws Exception {
        Files.write(folder.resolve(path), change.apply(Files.readAllBytes(folder.resolve(path))));
    }

    @Override
    public void delete(String path) throws Exception {
        Files.delete(folder.resolve(path));
    }

    @Override
    public byte[] putAside(String set, String file) throws Exception {
        return Files.readAllBytes(folder.resolve(".corrupt-" + set).resolve(file));
    }

    /// Where the remote is, nobody answers.
    @Override
    public void down() throws Exception {
        Files.writeString(config, "[elsewhere]\ntype = webdav\nurl = http://127.0.0.1:" + Installed.freePort() + "/\n");
    }

    @Override
    public void up() throws Exception {
        Files.writeString(config, THERE);
    }

    @Override
    public void close() {}
}

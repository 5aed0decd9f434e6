package slipway.backup.vault;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

record DirectoryRig(Path root) implements Rig {

    @Override
    public Location location() {
        return new DirectoryLocation(root);
    }

    @Override
    public Set<String> files() throws Exception {
        try (var all = Files.walk(root)) {
            Set<String> files = new TreeSet<>();
            all.filter(Files::isRegularFile).filter(each -> !each.endsWith(".slipway-location")).forEach(each -> files.add(root.relativize(each).toString()));
            return files;
        }
    }

    @Override
    public void change(String path, UnaryOperator<byte[]> change) throws Exception {
        Files.write(root.resolve(path), change.apply(Files.readAllBytes(root.resolve(path))));
    }

    @Override
    public void delete(String path) throws Exception {
        Files.delete(root.resolve(path));
    }

    @Override
    public byte[] putAside(String set, String file) throws Exception {
        return Files.readAllBytes(root.resolve(".corrupt-" + set).resolve(file));
    }

    private Path elsewhere() {
        return root.resolveSibling(root.getFileName() + "-unmounted");
    }

    @Override
    public void down() throws Exception {
        Files.move(root, elsewhere());
        // Otherwise a vault that starts meanwhile would make it.
        Files.createFile(root);
    }

    @Override
    public void up() throws Exception {
        Files.delete(root);
        Files.move(elsewhere(), root);
    }

    @Override
    public void close() {}

    @Override
    public String toString() {
        return "a directory";
    }
}

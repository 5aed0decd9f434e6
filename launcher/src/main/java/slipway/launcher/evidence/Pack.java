package slipway.launcher.evidence;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import slipway.audit.domain.Digest;
import tools.jackson.databind.JsonNode;

/// The files of a pack, in memory: nothing of it is ever written to the disk, and no more of it is read than fits.
final class Pack {

    static final String MANIFEST = "manifest.json";
    static final String FACTS = "facts.jsonl";
    static final String CHECKPOINT = "log/checkpoint";
    static final String PROOFS = "log/proofs.jsonl";
    static final String CONSISTENCY = "log/consistency.jsonl";
    static final String SCHEMAS = "schemas/";
    static final String POLICIES = "policies/";
    static final String BACKUPS = "backups/";

    static final int MOST_FILES = 10_000;
    static final long MOST_BYTES = 256L * 1024 * 1024;

    private static final String FORMAT = "slipway-evidence/1";
    private static final int LONGEST_NAME = 255;
    private static final int AT_ONCE = 64 * 1024;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*");

    /// By name, all but the manifest.
    private final TreeMap<String, byte[]> files;
    private final JsonNode manifest;

    private Pack(TreeMap<String, byte[]> files, JsonNode manifest) {
        this.files = files;
        this.manifest = manifest;
    }

    /// @throws Unreadable when it is no pack, or one that nobody should open
    /// @throws IOException when the file cannot be read
    static Pack open(Path zip) throws Unreadable, IOException {
        if (!Files.isRegularFile(zip)) {
            throw new Unreadable(zip + " is no file");
        }
        TreeMap<String, byte[]> files;
        try {
            files = files(zip);
            holdAgainstDirectory(zip, files);
        } catch (ZipException e) {
            throw new Unreadable(zip + " is no zip that can be read: " + e.getMessage());
        }
        byte[] text = files.remove(MANIFEST);
        if (text == null) {
            throw new Unreadable("there is no " + MANIFEST + " in it: it is no evidence pack");
        }
        JsonNode manifest = Text.utf8(text)
                .flatMap(Text::object)
                .orElseThrow(() -> new Unreadable(MANIFEST + " is no object of JSON"));
        String format = manifest.path("format").asString("");
        if (!format.equals(FORMAT)) {
            throw new Unreadable(MANIFEST + " is of format '" + format + "', and this program reads " + FORMAT);
        }
        return new Pack(files, manifest);
    }

    private static TreeMap<String, byte[]> files(Path zip) throws Unreadable, IOException {
        TreeMap<String, byte[]> files = new TreeMap<>();
        Set<String> taken = new HashSet<>();
        long left = MOST_BYTES;
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                String name = entry.getName();
                if (name.length() > LONGEST_NAME || !NAME.matcher(name).matches()) {
                    throw new Unreadable("a file in it has an odd name: " + name);
                }
                // Where a file system does not tell case apart, one would be written over the other.
                if (!taken.add(name.toLowerCase(Locale.ROOT))) {
                    throw new Unreadable("two files in it have one name: " + name);
                }
                if (taken.size() > MOST_FILES) {
                    throw new Unreadable("there are more than " + MOST_FILES + " files in it");
                }
                byte[] bytes = read(in, left);
                left -= bytes.length;
                files.put(name, bytes);
            }
        }
        return files;
    }

    private static byte[] read(InputStream in, long most) throws Unreadable, IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] some = new byte[AT_ONCE];
        for (int count = in.read(some); count >= 0; count = in.read(some)) {
            if (bytes.size() + (long) count > most) {
                throw new Unreadable("unpacked it has more than " + MOST_BYTES + " bytes");
            }
            bytes.write(some, 0, count);
        }
        return bytes.toByteArray();
    }

    /// Some programs read a zip from its beginning, and some by the directory at its end: to both it has to say the same.
    private static void holdAgainstDirectory(Path zip, TreeMap<String, byte[]> files) throws Unreadable, IOException {
        try (ZipFile directory = new ZipFile(zip.toFile())) {
            List<? extends ZipEntry> entries = directory.stream().toList();
            if (!entries.stream().map(ZipEntry::getName).sorted().toList().equals(List.copyOf(files.keySet()))) {
                throw new Unreadable("the directory of the zip names other files than there are in it");
            }
            for (ZipEntry entry : entries) {
                byte[] bytes = files.get(entry.getName());
                try (InputStream in = directory.getInputStream(entry)) {
                    if (!Arrays.equals(bytes, in.readNBytes(bytes.length + 1))) {
                        throw new Unreadable("the directory of the zip leads to another " + entry.getName() + " than there is in it");
                    }
                }
            }
        }
    }

    JsonNode manifest() {
        return manifest;
    }

    Optional<byte[]> file(String name) {
        return Optional.ofNullable(files.get(name));
    }

    /// Names of files in a directory of it.
    List<String> in(String directory) {
        return files.keySet().stream().filter(name -> name.startsWith(directory)).toList();
    }

    List<String> names() {
        return List.copyOf(files.keySet());
    }

    /// Where the files are not those that the manifest names. It is signed by nobody: it tells what came to harm, not who lies.
    List<String> faults() {
        List<String> faults = new ArrayList<>();
        Set<String> named = new HashSet<>();
        String before = "";
        for (JsonNode each : manifest.path("files")) {
            String name = each.path("name").asString("");
            if (name.compareTo(before) <= 0) {
                faults.add(MANIFEST + ": its files are not in the order of their names at '" + name + "'");
            }
            before = name;
            named.add(name);
            byte[] bytes = files.get(name);
            if (bytes == null) {
                faults.add(name + " is missing: the manifest names it");
            } else if (!each.path("sha256").asString("").equals(Digest.hash(bytes)) || each.path("bytes").asLong(-1) != bytes.length) {
                faults.add(name + " was changed: it is not what the manifest says, " + each.path("sha256").asString("without a hash"));
            }
        }
        files.keySet().stream()
                .filter(name -> !named.contains(name))
                .forEach(name -> faults.add(name + " was slipped in: the manifest does not name it"));
        return faults;
    }
}

package slipway.backup.recipe;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import slipway.backup.vault.Digest;
import slipway.program.Installed;
import slipway.program.Programs;

/// An image of one layer, as a layout that `skopeo` takes, and the real registry that it is pushed to.
///
/// @param folder where the layout is
/// @param digest of its manifest
record OciLayout(Path folder, String digest) {

    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";

    static OciLayout write(Path folder, String content) throws IOException {
        Path blobs = Files.createDirectories(folder.resolve("blobs/sha256"));
        byte[] layer = content.repeat(3000).getBytes(StandardCharsets.UTF_8);
        byte[] configuration = """
                {"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["sha256:%s"]},"config":{}}"""
                .formatted(Digest.of(layer)).getBytes(StandardCharsets.UTF_8);
        byte[] manifest = """
                {"schemaVersion":2,"mediaType":"%s","config":{"mediaType":"application/vnd.oci.image.config.v1+json",\
                "digest":"sha256:%s","size":%d},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar",\
                "digest":"sha256:%s","size":%d}]}"""
                .formatted(MANIFEST, Digest.of(configuration), configuration.length, Digest.of(layer), layer.length)
                .getBytes(StandardCharsets.UTF_8);
        for (byte[] blob : List.of(layer, configuration, manifest)) {
            Files.write(blobs.resolve(Digest.of(blob)), blob);
        }
        Files.writeString(folder.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        Files.writeString(folder.resolve("index.json"), """
                {"schemaVersion":2,"manifests":[{"mediaType":"%s","digest":"sha256:%s","size":%d,\
                "annotations":{"org.opencontainers.image.ref.name":"v1"}}]}"""
                .formatted(MANIFEST, Digest.of(manifest), manifest.length));
        return new OciLayout(folder, "sha256:" + Digest.of(manifest));
    }

    String manifest() throws IOException {
        return Files.readString(folder.resolve("blobs/sha256/" + digest.substring("sha256:".length())));
    }

    /// Whether a registry that speaks no TLS took it.
    boolean pushed(String image) throws Exception {
        return skopeo(
                folder, "copy", "--quiet", "--preserve-digests", "--dest-tls-verify=false", "oci:" + folder + ":v1", "docker://" + image);
    }

    /// Whether it ends well.
    static boolean skopeo(Path folder, String... words) throws Exception {
        List<String> argv = new ArrayList<>(List.of(Installed.program("skopeo")));
        argv.addAll(List.of(words));
        return Programs.run(argv, folder, Map.of(), Duration.ofMinutes(1)).exit() == 0;
    }

    static Installed registry(Path folder, int port) throws IOException {
        Path conf = Files.writeString(folder.resolve("registry.yaml"), """
                version: 0.1
                log: {level: error}
                storage: {filesystem: {rootdirectory: "%s"}, delete: {enabled: true}}
                http: {addr: "127.0.0.1:%d"}
                """.formatted(folder.resolve("registry"), port));
        return Installed.start(folder, List.of(Installed.program("docker-registry"), "serve", conf.toString()));
    }
}

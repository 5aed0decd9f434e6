package slipway.release.domain;

/// A component as it was built.
///
/// @param name [ByComponent#WHOLE] where the service is one package or image
/// @param digest `sha256:…`
/// @param bytes its size; 0: an image that was built elsewhere
/// @param files how many are in it; 0: an image
/// @param location where it can be had from: its file, or the image with its digest
public record BuiltComponent(String name, String digest, long bytes, int files, String location) {

    /// Whether it is an image of a registry, and not a package of ours.
    public boolean isImage() {
        return files == 0 && location.contains("@sha256:");
    }
}

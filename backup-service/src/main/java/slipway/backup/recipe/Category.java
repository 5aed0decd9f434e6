package slipway.backup.recipe;

import java.util.Arrays;
import java.util.List;

/// What has to be able to come back.
public enum Category {
    DATABASES,
    CONFIGURATION,
    INFRASTRUCTURE_STATE,
    ARTIFACTS,
    LOGS,
    SECURITY,
    STORAGE,
    KUBERNETES,
    PIPELINES,
    TRAFFIC;

    /// All of them, as they stand in facts and files.
    public static List<String> words() {
        return Arrays.stream(values()).map(Category::word).toList();
    }

    /// As it stands in facts and files.
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
}

package slipway.backup.recipe;

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

    /// As it stands in facts and files.
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
}

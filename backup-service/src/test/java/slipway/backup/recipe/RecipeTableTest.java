package slipway.backup.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The table of recipes in the documentation is made of the recipes.
class RecipeTableTest {

    private static final Path DOCS = Path.of("../docs/backups.md");
    private static final String BEGIN = "<!-- made of the recipes: begin -->\n";
    private static final String END = "<!-- made of the recipes: end -->\n";

    private record Row(Category category, String system, String recipe, Tier tier) {

        String line() {
            String proven =
                    switch (tier) {
                        case LIVE_TESTED -> "live";
                        case EMULATOR_TESTED -> "emulator";
                        case CONTRACT_ONLY -> "contract only";
                    };
            return "| " + category.word() + " | " + system + " | `" + recipe + "` | " + proven + " |\n";
        }
    }

    private static Stream<Recipe> written() {
        return Stream.of(new DirectoryRecipe(Clock.systemUTC()), new GitRecipe(Clock.systemUTC()), new PostgresRecipe());
    }

    private static Stream<Row> rows() {
        Stream<Recipe> declared = LiveRecipes.ids().map(id -> LiveRecipes.recipe(id, Path.of("none")));
        return Stream.concat(written(), declared)
                .flatMap(recipe -> recipe.systems().entrySet().stream()
                        .map(each -> new Row(category(recipe), each.getKey(), recipe.id(), each.getValue())));
    }

    private static Category category(Recipe recipe) {
        return Stream.of(Category.values())
                .filter(each -> each.word().equals(recipe.category()))
                .findFirst()
                .orElseThrow();
    }

    private static String table() {
        return "| category | system | recipe | how it is proven |\n|---|---|---|---|\n"
                + rows().sorted(Comparator.comparing(Row::category)
                                .thenComparing(Row::system, String.CASE_INSENSITIVE_ORDER)
                                .thenComparing(Row::recipe))
                        .map(Row::line)
                        .collect(Collectors.joining());
    }

    @Test
    void the_table_says_of_every_recipe_how_it_is_proven() throws IOException {
        Path made = Files.writeString(Path.of("target/recipes.md"), BEGIN + table() + END);
        assertThat(Files.readString(DOCS))
                .as("what lies between the two marks is stale; as it should be: backup-service/%s", made)
                .contains(Files.readString(made));
    }

    @Test
    void every_recipe_says_how_a_person_puts_it_back_without_us() {
        assertThat(Stream.concat(written(), LiveRecipes.ids().map(id -> LiveRecipes.recipe(id, Path.of("none")))))
                .hasSizeGreaterThan(45)
                .allSatisfy(recipe -> assertThat(recipe.byHand()).as(recipe.id()).isNotEmpty());
    }

    /// An emulator has no data that could be compared.
    @Test
    void a_snapshot_whose_content_nobody_compares_names_recipes_that_are_proven_live() {
        assertThat(LiveRecipes.ids().map(LiveRecipes::declared).filter(each -> !each.provenBy().isEmpty()))
                .extracting(Declared::id)
                .contains("amazon-rds", "amazon-ebs", "azure-disk", "ceph-rbd", "velero", "kasten-k10");
        List<String> live = Stream.concat(
                        written().map(Recipe::id),
                        LiveRecipes.ids().filter(id -> LiveRecipes.declared(id).tier() == Tier.LIVE_TESTED))
                .toList();
        assertThat(LiveRecipes.ids().map(LiveRecipes::declared)).allSatisfy(each -> assertThat(live).as(each.id()).containsAll(each.provenBy()));
    }

    /// Whoever looks for one of these finds a recipe, and how far to trust it.
    @Test
    void no_system_that_was_promised_is_missing() {
        assertThat(rows().map(Row::system))
                .contains("PostgreSQL", "MySQL", "MariaDB", "Redis", "MongoDB", "Amazon DynamoDB", "Amazon RDS", "Azure SQL")
                .contains("configuration files", ".env files", "feature flags", "Kubernetes ConfigMaps and Secrets")
                .contains("Helm releases", "etcd", "HashiCorp Vault", "AWS SSM parameters", "Git", "Amazon S3")
                .contains("Terraform state", "AWS CloudFormation")
                .contains("Amazon ECR", "Docker Hub", "Nexus", "Artifactory", "JAR and WAR files")
                .contains("log files", "cloud logs (Amazon CloudWatch)", "Elasticsearch", "Grafana Loki", "Datadog log archives")
                .contains("TLS certificates", "AWS IAM", "AWS security groups", "nftables", "API keys (AWS Secrets Manager)")
                .contains("directories", "Amazon EFS", "NFS shares", "Ceph RBD", "Amazon EBS", "Azure disks")
                .contains("Kubernetes manifests", "Velero", "Kasten K10")
                .contains("Jenkins", "GitHub Actions", "GitLab CI", "Argo CD")
                .contains("HAProxy", "nginx", "Kubernetes Ingress", "AWS load balancers (ELBv2)", "Amazon Route 53", "Cloudflare");
    }

    @Test
    void nothing_is_said_to_be_live_or_emulated_without_a_test_that_runs_it() throws IOException {
        List<Path> tests;
        try (var files = Files.walk(Path.of("src/test/java/slipway/backup"))) {
            tests = files.filter(file -> file.toString().endsWith("RecipeTest.java"))
                    .filter(file -> !file.endsWith("DocumentedRecipeTest.java"))
                    .toList();
        }
        Set<String> made = made(tests);
        assertThat(rows().filter(row -> row.tier() != Tier.CONTRACT_ONLY).map(Row::recipe))
                .allSatisfy(id -> assertThat(made).contains(id));
    }

    @Test
    void a_test_that_only_speaks_of_a_recipe_does_not_run_it(@TempDir Path folder) throws IOException {
        Path test = Files.writeString(folder.resolve("ItRecipeTest.java"), """
                /// Of recipe("spoken").
                class ItRecipeTest {
                    // recipe("out-of-use", work);
                    String id = "named";
                    Recipe run = LiveRecipes.recipe("run", work);
                    Recipe written = new GitRecipe(clock);
                }
                """);
        assertThat(made(List.of(test))).containsExactlyInAnyOrder("run", "git");
    }

    /// The ids of the recipes that tests make, `recipe("id")` or `new GitRecipe()`, as the compiler reads them.
    private static Set<String> made(List<Path> tests) throws IOException {
        Map<String, String> written =
                written().collect(Collectors.toMap(each -> each.getClass().getSimpleName(), Recipe::id));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        Set<String> made = new HashSet<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            JavacTask task = (JavacTask)
                    compiler.getTask(null, files, null, null, null, files.getJavaFileObjectsFromPaths(tests));
            new TreeScanner<@Nullable Void, @Nullable Void>() {
                @Override
                public @Nullable Void visitMethodInvocation(MethodInvocationTree call, @Nullable Void nothing) {
                    String method = call.getMethodSelect().toString();
                    if ((method.equals("recipe") || method.endsWith(".recipe"))
                            && !call.getArguments().isEmpty()
                            && call.getArguments().getFirst() instanceof LiteralTree id) {
                        made.add(String.valueOf(id.getValue()));
                    }
                    return super.visitMethodInvocation(call, nothing);
                }

                @Override
                public @Nullable Void visitNewClass(NewClassTree call, @Nullable Void nothing) {
                    String id = written.get(call.getIdentifier().toString());
                    if (id != null) {
                        made.add(id);
                    }
                    return super.visitNewClass(call, nothing);
                }
            }.scan(task.parse(), null);
        }
        return made;
    }
}

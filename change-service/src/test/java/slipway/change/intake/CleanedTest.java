package slipway.change.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CleanedTest {

    @Test
    void of_links_only_those_of_the_web_are_taken_and_no_password_is_told() {
        Set<String> left = new LinkedHashSet<>();
        Map<String, Object> clean = Cleaned.of(
                Map.of("links", List.of("https://good.example/1", "https://user:pw@bad.example/2", "javascript:alert(1)")), left);
        assertThat(clean.get("links")).isEqualTo(List.of("https://good.example/1"));
        assertThat(left)
                .containsExactly(
                        "links: 'https://…@bad.example/2' is no http or https link, and was left out",
                        "links: 'javascript:alert(1)' is no http or https link, and was left out");
    }
}

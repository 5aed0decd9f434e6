package slipway.launcher.local;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// The people of an inventory file.
record People(List<Person> people) {

    /// @param groups are the person's roles
    record Person(String id, String name, String email, List<String> groups) {}

    static People of(Path inventory) {
        try {
            return YAMLMapper.builder()
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build()
                    .readValue(inventory.toFile(), People.class);
        } catch (JacksonException e) {
            throw new Trouble("cannot read the people in " + inventory + ": " + e.getOriginalMessage(), e);
        }
    }

    Optional<Person> find(String id) {
        return people.stream().filter(each -> each.id().equals(id)).findFirst();
    }
}

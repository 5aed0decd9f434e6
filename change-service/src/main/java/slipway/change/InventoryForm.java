package slipway.change;

import java.util.List;
import slipway.change.calendar.Recurrence;
import slipway.change.domain.Inventory;
import slipway.change.domain.Inventory.Item;
import slipway.change.domain.Inventory.Person;
import slipway.http.Form;
import slipway.http.Refusal;

/// People and configuration items as forms: a whole inventory, or one entry of it.
final class InventoryForm {

    private InventoryForm() {}

    /// @throws Refusal 422 naming every fault
    static Inventory inventory(Form form) {
        // A file that lost half of itself must not take the other half away.
        for (String list : List.of("people", "configurationItems")) {
            if (!form.has(list)) {
                form.fault(list, "is missing; an empty list is written as []");
            }
        }
        Inventory inventory = new Inventory(
                form.parts("people").stream().map(InventoryForm::person).toList(),
                form.parts("configurationItems").stream()
                        .map(InventoryForm::item)
                        .toList());
        acceptable(form, inventory.faults());
        return inventory;
    }

    /// @param id as the address says; the form may repeat it
    static Item item(Form form, String id) {
        Item read = item(form);
        named(form, read.id(), id);
        Item item = new Item(
                id,
                read.name(),
                read.criticality(),
                read.tier(),
                read.ownerGroup(),
                read.impacts(),
                read.telemetry(),
                read.maintenance());
        acceptable(form, item.faults(""));
        return item;
    }

    static Person person(Form form, String id) {
        Person read = person(form);
        named(form, read.id(), id);
        Person person = new Person(id, read.name(), read.email(), read.groups());
        acceptable(form, person.faults(""));
        return person;
    }

    private static void named(Form form, String given, String id) {
        if (!given.isEmpty() && !given.equals(id)) {
            form.fault("id", "is '" + given + "', but the address says '" + id + "'");
        }
    }

    private static Person person(Form form) {
        return new Person(form.text("id"), form.text("name"), form.text("email"), form.texts("groups"));
    }

    private static Item item(Form form) {
        return new Item(
                form.text("id"),
                form.text("name"),
                form.smallNumber("criticality"),
                form.smallNumber("tier"),
                form.text("ownerGroup"),
                form.texts("impacts"),
                form.texts("telemetry"),
                form.parts("maintenance").stream().map(InventoryForm::recurrence).toList());
    }

    static Recurrence recurrence(Form form) {
        return new Recurrence(
                form.text("start"),
                form.text("zone"),
                form.text("duration"),
                form.optionalText("rule"),
                form.texts("except"));
    }

    private static void acceptable(Form form, List<String> wrong) {
        List<String> faults = form.faultsWith(wrong);
        if (!faults.isEmpty()) {
            throw Refusal.unacceptable(faults);
        }
    }
}

package io.merlinadapter.upi;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** That what is described is served, and the other way round. */
class MethodTableTest {
    private static Stream<ServiceDescriptor> services() {
        return MethodTable.files().stream().flatMap(file -> file.getServices().stream());
    }

    @Test
    void everyMethodThatToolsAreToldOfHasItsPathButTheFrontsOwn() {
        List<String> paths = services()
                .filter(service -> !service.getFullName().equals(MethodTable.UPI))
                .flatMap(service -> service.getMethods().stream())
                .map(method -> "/" + method.getService().getFullName() + "/" + method.getName())
                .toList();
        try (Loops loops = new Loops()) {
            assertThat(MethodTable.of(loops.vertx, new UnwellPredictor())).containsOnlyKeys(paths);
        }
    }

    @Test
    void theServiceThatPredictsIsNamedAsInItsFile() {
        assertThat(services().map(ServiceDescriptor::getFullName)).contains(MethodTable.UPI);
    }
}

package io.merlinadapter.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.Json;
import org.junit.jupiter.api.Test;

/** The schema of values like the one that is known. */
class JsonShapeTest {
    private static String shape(String json) {
        return JsonShape.of(Json.decodeValue(json)).encode();
    }

    @Test
    void namesAndTypesAreTakenFromTheSample() {
        assertThat(shape("{'a':1,'b':'x','c':true,'d':null}".replace('\'', '"')))
                .isEqualTo(("{'type':'object','properties':{'a':{'type':'number'},'b':{'type':'string'},"
                                + "'c':{'type':'boolean'},'d':{}}}")
                        .replace('\'', '"'));
    }

    @Test
    void rowsHaveOneSchemaForAll() {
        assertThat(shape("[[1,2.5],[3]]"))
                .isEqualTo("{'type':'array','items':{'type':'array','items':{'type':'number'}}}".replace('\'', '"'));
        assertThat(shape("[{'a':1},{'b':'x'}]".replace('\'', '"')))
                .isEqualTo(
                        "{'type':'array','items':{'type':'object','properties':{'a':{'type':'number'},'b':{'type':'string'}}}}"
                                .replace('\'', '"'));
        assertThat(shape("[1,null]"))
                .isEqualTo("{'type':'array','items':{'type':'number','nullable':true}}".replace('\'', '"'));
        assertThat(shape("[1,'x']".replace('\'', '"'))).isEqualTo("{'type':'array','items':{}}".replace('\'', '"'));
        assertThat(shape("[]")).isEqualTo("{'type':'array','items':{}}".replace('\'', '"'));
    }
}

package io.merlinadapter.examples;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;

/** Tests that need docker or podman. The first of them builds the images, which takes minutes where nothing is there yet. */
@Tag("image")
@Timeout(900)
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@interface ImageTest {}

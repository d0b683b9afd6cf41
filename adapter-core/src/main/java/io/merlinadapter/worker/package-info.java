/**
 * One child and the set of them: states, what each owes, restarts.
 */
@NullMarked
package io.merlinadapter.worker;

import org.jspecify.annotations.NullMarked;

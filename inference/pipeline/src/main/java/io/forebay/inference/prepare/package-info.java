// SPDX-License-Identifier: Apache-2.0
/** What is done to columns before a model sees them, and to its outputs afterwards. */
package io.forebay.inference.prepare;

// SPDX-License-Identifier: Apache-2.0
/** Models in ONNX format, run by ONNX Runtime. */
package io.forebay.onnx;

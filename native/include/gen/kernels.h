// Generated from native/kernels by `npm run generate`; do not edit.
// Included once, by the command decoder.
#pragma once
#include "gen/elementwise.layout.h"
#include "gen/binary.layout.h"
#include "gen/movement.layout.h"
#include "gen/reduce.layout.h"
#include "gen/indexing.layout.h"
#include "gen/random.layout.h"
#include "gen/softmax.layout.h"
#include "gen/loss.layout.h"
#include "gen/ctc.layout.h"
#include "gen/norm.layout.h"
#include "gen/optimizer.layout.h"
#include "gen/clipping.layout.h"
#include "gen/subnetwork.layout.h"
#include "gen/quantizer.layout.h"
#include "gen/linear_head.layout.h"
#include "gen/sparse.layout.h"
#include "gen/gemm.layout.h"
#include "gen/conv.layout.h"
#include "gen/attention.layout.h"
#include "gen/pool.layout.h"
#include "gen/sort.layout.h"
#include "gen/adaptive.layout.h"
#include "gen/decomposition.layout.h"

#define TESSERA_FAMILIES(X) \
  X(elementwise) \
  X(binary) \
  X(movement) \
  X(reduce) \
  X(indexing) \
  X(random) \
  X(softmax) \
  X(loss) \
  X(ctc) \
  X(norm) \
  X(optimizer) \
  X(clipping) \
  X(subnetwork) \
  X(quantizer) \
  X(linear_head) \
  X(sparse) \
  X(gemm) \
  X(conv) \
  X(attention) \
  X(pool) \
  X(sort) \
  X(adaptive) \
  X(decomposition)

namespace tessera::gen {

inline constexpr char kSchemaDigest[] = "a3a540150e2ac431";
inline constexpr uint32_t kKernelCount = 247;

inline const KernelInfo kKernels[] = {
    {"abs", 0, 0, 2, 2, 2, absBuffers, absSizes, absExtents},
    {"neg", 0, 2, 2, 2, 2, negBuffers, negSizes, negExtents},
    {"exp", 0, 4, 2, 2, 2, expBuffers, expSizes, expExtents},
    {"expm1", 0, 6, 2, 2, 2, expm1Buffers, expm1Sizes, expm1Extents},
    {"log", 0, 8, 2, 2, 2, logBuffers, logSizes, logExtents},
    {"log1p", 0, 10, 2, 2, 2, log1pBuffers, log1pSizes, log1pExtents},
    {"sqrt", 0, 12, 2, 2, 2, sqrtBuffers, sqrtSizes, sqrtExtents},
    {"rsqrt", 0, 14, 2, 2, 2, rsqrtBuffers, rsqrtSizes, rsqrtExtents},
    {"reciprocal", 0, 16, 2, 2, 2, reciprocalBuffers, reciprocalSizes, reciprocalExtents},
    {"square", 0, 18, 2, 2, 2, squareBuffers, squareSizes, squareExtents},
    {"tanh", 0, 20, 2, 2, 2, tanhBuffers, tanhSizes, tanhExtents},
    {"erf", 0, 22, 2, 2, 2, erfBuffers, erfSizes, erfExtents},
    {"sigmoid", 0, 24, 2, 2, 2, sigmoidBuffers, sigmoidSizes, sigmoidExtents},
    {"logSigmoid", 0, 26, 2, 2, 2, logSigmoidBuffers, logSigmoidSizes, logSigmoidExtents},
    {"softplus", 0, 28, 2, 2, 2, softplusBuffers, softplusSizes, softplusExtents},
    {"relu", 0, 30, 2, 2, 2, reluBuffers, reluSizes, reluExtents},
    {"silu", 0, 32, 2, 2, 2, siluBuffers, siluSizes, siluExtents},
    {"gelu", 0, 34, 2, 2, 2, geluBuffers, geluSizes, geluExtents},
    {"geluTanh", 0, 36, 2, 2, 2, geluTanhBuffers, geluTanhSizes, geluTanhExtents},
    {"floor", 0, 38, 2, 2, 2, floorBuffers, floorSizes, floorExtents},
    {"ceil", 0, 40, 2, 2, 2, ceilBuffers, ceilSizes, ceilExtents},
    {"round", 0, 42, 2, 2, 2, roundBuffers, roundSizes, roundExtents},
    {"sign", 0, 44, 2, 2, 2, signBuffers, signSizes, signExtents},
    {"absBackward", 0, 46, 2, 3, 2, absBackwardBuffers, absBackwardSizes, absBackwardExtents},
    {"logBackward", 0, 48, 2, 3, 2, logBackwardBuffers, logBackwardSizes, logBackwardExtents},
    {"log1pBackward", 0, 50, 2, 3, 2, log1pBackwardBuffers, log1pBackwardSizes, log1pBackwardExtents},
    {"squareBackward", 0, 52, 2, 3, 2, squareBackwardBuffers, squareBackwardSizes, squareBackwardExtents},
    {"erfBackward", 0, 54, 2, 3, 2, erfBackwardBuffers, erfBackwardSizes, erfBackwardExtents},
    {"logSigmoidBackward", 0, 56, 2, 3, 2, logSigmoidBackwardBuffers, logSigmoidBackwardSizes, logSigmoidBackwardExtents},
    {"softplusBackward", 0, 58, 2, 3, 2, softplusBackwardBuffers, softplusBackwardSizes, softplusBackwardExtents},
    {"siluBackward", 0, 60, 2, 3, 2, siluBackwardBuffers, siluBackwardSizes, siluBackwardExtents},
    {"geluBackward", 0, 62, 2, 3, 2, geluBackwardBuffers, geluBackwardSizes, geluBackwardExtents},
    {"geluTanhBackward", 0, 64, 2, 3, 2, geluTanhBackwardBuffers, geluTanhBackwardSizes, geluTanhBackwardExtents},
    {"sin", 0, 66, 2, 2, 2, sinBuffers, sinSizes, sinExtents},
    {"cos", 0, 68, 2, 2, 2, cosBuffers, cosSizes, cosExtents},
    {"sinBackward", 0, 70, 2, 3, 2, sinBackwardBuffers, sinBackwardSizes, sinBackwardExtents},
    {"cosBackward", 0, 72, 2, 3, 2, cosBackwardBuffers, cosBackwardSizes, cosBackwardExtents},
    {"expBackward", 0, 74, 2, 3, 2, expBackwardBuffers, expBackwardSizes, expBackwardExtents},
    {"expm1Backward", 0, 76, 2, 3, 2, expm1BackwardBuffers, expm1BackwardSizes, expm1BackwardExtents},
    {"sqrtBackward", 0, 78, 2, 3, 2, sqrtBackwardBuffers, sqrtBackwardSizes, sqrtBackwardExtents},
    {"rsqrtBackward", 0, 80, 2, 3, 2, rsqrtBackwardBuffers, rsqrtBackwardSizes, rsqrtBackwardExtents},
    {"reciprocalBackward", 0, 82, 2, 3, 2, reciprocalBackwardBuffers, reciprocalBackwardSizes, reciprocalBackwardExtents},
    {"tanhBackward", 0, 84, 2, 3, 2, tanhBackwardBuffers, tanhBackwardSizes, tanhBackwardExtents},
    {"sigmoidBackward", 0, 86, 2, 3, 2, sigmoidBackwardBuffers, sigmoidBackwardSizes, sigmoidBackwardExtents},
    {"reluBackward", 0, 88, 2, 3, 2, reluBackwardBuffers, reluBackwardSizes, reluBackwardExtents},
    {"addScalar", 0, 90, 2, 2, 4, addScalarBuffers, addScalarSizes, addScalarExtents},
    {"mulScalar", 0, 92, 2, 2, 4, mulScalarBuffers, mulScalarSizes, mulScalarExtents},
    {"divScalar", 0, 94, 2, 2, 4, divScalarBuffers, divScalarSizes, divScalarExtents},
    {"affine", 0, 96, 2, 2, 4, affineBuffers, affineSizes, affineExtents},
    {"leakyRelu", 0, 98, 2, 2, 4, leakyReluBuffers, leakyReluSizes, leakyReluExtents},
    {"clamp", 0, 100, 2, 2, 4, clampBuffers, clampSizes, clampExtents},
    {"powScalar", 0, 102, 2, 2, 4, powScalarBuffers, powScalarSizes, powScalarExtents},
    {"leakyReluBackward", 0, 104, 2, 3, 4, leakyReluBackwardBuffers, leakyReluBackwardSizes, leakyReluBackwardExtents},
    {"clampBackward", 0, 106, 2, 3, 4, clampBackwardBuffers, clampBackwardSizes, clampBackwardExtents},
    {"powScalarBackward", 0, 108, 2, 3, 4, powScalarBackwardBuffers, powScalarBackwardSizes, powScalarBackwardExtents},
    {"eqScalar", 0, 110, 4, 2, 4, eqScalarBuffers, eqScalarSizes, eqScalarExtents},
    {"neScalar", 0, 114, 4, 2, 4, neScalarBuffers, neScalarSizes, neScalarExtents},
    {"ltScalar", 0, 118, 4, 2, 4, ltScalarBuffers, ltScalarSizes, ltScalarExtents},
    {"leScalar", 0, 122, 4, 2, 4, leScalarBuffers, leScalarSizes, leScalarExtents},
    {"gtScalar", 0, 126, 4, 2, 4, gtScalarBuffers, gtScalarSizes, gtScalarExtents},
    {"geScalar", 0, 130, 4, 2, 4, geScalarBuffers, geScalarSizes, geScalarExtents},
    {"logicalNot", 0, 134, 1, 2, 2, logicalNotBuffers, logicalNotSizes, logicalNotExtents},
    {"cast", 0, 135, 25, 2, 2, castBuffers, castSizes, castExtents},
    {"castToBool", 0, 160, 5, 2, 2, castToBoolBuffers, castToBoolSizes, castToBoolExtents},
    {"addScaled", 0, 165, 4, 2, 3, addScaledBuffers, addScaledSizes, addScaledExtents},
    {"lerp", 0, 169, 2, 3, 3, lerpBuffers, lerpSizes, lerpExtents},
    {"add", 1, 0, 3, 3, 4, addBuffers, addSizes, addExtents},
    {"sub", 1, 3, 3, 3, 4, subBuffers, subSizes, subExtents},
    {"mul", 1, 6, 3, 3, 4, mulBuffers, mulSizes, mulExtents},
    {"maximum", 1, 9, 3, 3, 4, maximumBuffers, maximumSizes, maximumExtents},
    {"minimum", 1, 12, 3, 3, 4, minimumBuffers, minimumSizes, minimumExtents},
    {"addBroadcast", 1, 15, 3, 3, 31, addBroadcastBuffers, addBroadcastSizes, addBroadcastExtents},
    {"subBroadcast", 1, 18, 3, 3, 31, subBroadcastBuffers, subBroadcastSizes, subBroadcastExtents},
    {"mulBroadcast", 1, 21, 3, 3, 31, mulBroadcastBuffers, mulBroadcastSizes, mulBroadcastExtents},
    {"maximumBroadcast", 1, 24, 3, 3, 31, maximumBroadcastBuffers, maximumBroadcastSizes, maximumBroadcastExtents},
    {"minimumBroadcast", 1, 27, 3, 3, 31, minimumBroadcastBuffers, minimumBroadcastSizes, minimumBroadcastExtents},
    {"div", 1, 30, 2, 3, 4, divBuffers, divSizes, divExtents},
    {"pow", 1, 32, 2, 3, 4, powBuffers, powSizes, powExtents},
    {"divBroadcast", 1, 34, 2, 3, 31, divBroadcastBuffers, divBroadcastSizes, divBroadcastExtents},
    {"powBroadcast", 1, 36, 2, 3, 31, powBroadcastBuffers, powBroadcastSizes, powBroadcastExtents},
    {"divBackwardB", 1, 38, 2, 4, 4, divBackwardBBuffers, divBackwardBSizes, divBackwardBExtents},
    {"powBackwardA", 1, 40, 2, 4, 4, powBackwardABuffers, powBackwardASizes, powBackwardAExtents},
    {"powBackwardB", 1, 42, 2, 4, 4, powBackwardBBuffers, powBackwardBSizes, powBackwardBExtents},
    {"maximumBackward", 1, 44, 2, 4, 4, maximumBackwardBuffers, maximumBackwardSizes, maximumBackwardExtents},
    {"minimumBackward", 1, 46, 2, 4, 4, minimumBackwardBuffers, minimumBackwardSizes, minimumBackwardExtents},
    {"divBackwardBBroadcast", 1, 48, 2, 4, 31, divBackwardBBroadcastBuffers, divBackwardBBroadcastSizes, divBackwardBBroadcastExtents},
    {"powBackwardABroadcast", 1, 50, 2, 4, 31, powBackwardABroadcastBuffers, powBackwardABroadcastSizes, powBackwardABroadcastExtents},
    {"powBackwardBBroadcast", 1, 52, 2, 4, 31, powBackwardBBroadcastBuffers, powBackwardBBroadcastSizes, powBackwardBBroadcastExtents},
    {"maximumBackwardBroadcast", 1, 54, 2, 4, 31, maximumBackwardBroadcastBuffers, maximumBackwardBroadcastSizes, maximumBackwardBroadcastExtents},
    {"minimumBackwardBroadcast", 1, 56, 2, 4, 31, minimumBackwardBroadcastBuffers, minimumBackwardBroadcastSizes, minimumBackwardBroadcastExtents},
    {"eq", 1, 58, 4, 3, 4, eqBuffers, eqSizes, eqExtents},
    {"ne", 1, 62, 4, 3, 4, neBuffers, neSizes, neExtents},
    {"lt", 1, 66, 4, 3, 4, ltBuffers, ltSizes, ltExtents},
    {"le", 1, 70, 4, 3, 4, leBuffers, leSizes, leExtents},
    {"gt", 1, 74, 4, 3, 4, gtBuffers, gtSizes, gtExtents},
    {"ge", 1, 78, 4, 3, 4, geBuffers, geSizes, geExtents},
    {"eqBroadcast", 1, 82, 4, 3, 31, eqBroadcastBuffers, eqBroadcastSizes, eqBroadcastExtents},
    {"neBroadcast", 1, 86, 4, 3, 31, neBroadcastBuffers, neBroadcastSizes, neBroadcastExtents},
    {"ltBroadcast", 1, 90, 4, 3, 31, ltBroadcastBuffers, ltBroadcastSizes, ltBroadcastExtents},
    {"leBroadcast", 1, 94, 4, 3, 31, leBroadcastBuffers, leBroadcastSizes, leBroadcastExtents},
    {"gtBroadcast", 1, 98, 4, 3, 31, gtBroadcastBuffers, gtBroadcastSizes, gtBroadcastExtents},
    {"geBroadcast", 1, 102, 4, 3, 31, geBroadcastBuffers, geBroadcastSizes, geBroadcastExtents},
    {"logicalAnd", 1, 106, 1, 3, 4, logicalAndBuffers, logicalAndSizes, logicalAndExtents},
    {"logicalOr", 1, 107, 1, 3, 4, logicalOrBuffers, logicalOrSizes, logicalOrExtents},
    {"logicalXor", 1, 108, 1, 3, 4, logicalXorBuffers, logicalXorSizes, logicalXorExtents},
    {"logicalAndBroadcast", 1, 109, 1, 3, 31, logicalAndBroadcastBuffers, logicalAndBroadcastSizes, logicalAndBroadcastExtents},
    {"logicalOrBroadcast", 1, 110, 1, 3, 31, logicalOrBroadcastBuffers, logicalOrBroadcastSizes, logicalOrBroadcastExtents},
    {"logicalXorBroadcast", 1, 111, 1, 3, 31, logicalXorBroadcastBuffers, logicalXorBroadcastSizes, logicalXorBroadcastExtents},
    {"where", 1, 112, 4, 4, 5, whereBuffers, whereSizes, whereExtents},
    {"whereBroadcast", 1, 116, 4, 4, 43, whereBroadcastBuffers, whereBroadcastSizes, whereBroadcastExtents},
    {"maskedFill", 1, 120, 4, 3, 6, maskedFillBuffers, maskedFillSizes, maskedFillExtents},
    {"maskedFillBroadcast", 1, 124, 4, 3, 34, maskedFillBroadcastBuffers, maskedFillBroadcastSizes, maskedFillBroadcastExtents},
    {"copyStrided", 2, 0, 5, 2, 21, copyStridedBuffers, copyStridedSizes, copyStridedExtents},
    {"copyIntoStrided", 2, 5, 5, 2, 21, copyIntoStridedBuffers, copyIntoStridedSizes, copyIntoStridedExtents},
    {"fill", 2, 10, 5, 1, 4, fillBuffers, fillSizes, fillExtents},
    {"arange", 2, 15, 3, 1, 6, arangeBuffers, arangeSizes, arangeExtents},
    {"pad", 2, 18, 5, 2, 27, padBuffers, padSizes, padExtents},
    {"tril", 2, 23, 5, 2, 8, trilBuffers, trilSizes, trilExtents},
    {"triu", 2, 28, 5, 2, 8, triuBuffers, triuSizes, triuExtents},
    {"oneHot", 2, 33, 4, 2, 4, oneHotBuffers, oneHotSizes, oneHotExtents},
    {"sum", 3, 0, 3, 2, 7, sumBuffers, sumSizes, sumExtents},
    {"sumSquares", 3, 3, 2, 2, 6, sumSquaresBuffers, sumSquaresSizes, sumSquaresExtents},
    {"norm2", 3, 5, 2, 2, 6, norm2Buffers, norm2Sizes, norm2Extents},
    {"sumAbs", 3, 7, 2, 2, 6, sumAbsBuffers, sumAbsSizes, sumAbsExtents},
    {"logSumExp", 3, 9, 2, 2, 6, logSumExpBuffers, logSumExpSizes, logSumExpExtents},
    {"prod", 3, 11, 2, 2, 6, prodBuffers, prodSizes, prodExtents},
    {"max", 3, 13, 3, 3, 6, maxBuffers, maxSizes, maxExtents},
    {"min", 3, 16, 3, 3, 6, minBuffers, minSizes, minExtents},
    {"variance", 3, 19, 2, 3, 7, varianceBuffers, varianceSizes, varianceExtents},
    {"varianceBackward", 3, 21, 2, 4, 7, varianceBackwardBuffers, varianceBackwardSizes, varianceBackwardExtents},
    {"cumsum", 3, 23, 3, 2, 7, cumsumBuffers, cumsumSizes, cumsumExtents},
    {"countNonZero", 3, 26, 4, 2, 6, countNonZeroBuffers, countNonZeroSizes, countNonZeroExtents},
    {"nonFinite", 3, 30, 2, 2, 2, nonFiniteBuffers, nonFiniteSizes, nonFiniteExtents},
    {"indexSelect", 4, 0, 5, 3, 8, indexSelectBuffers, indexSelectSizes, indexSelectExtents},
    {"indexAdd", 4, 5, 4, 3, 9, indexAddBuffers, indexAddSizes, indexAddExtents},
    {"indexCopy", 4, 9, 5, 3, 8, indexCopyBuffers, indexCopySizes, indexCopyExtents},
    {"gather", 4, 14, 5, 3, 8, gatherBuffers, gatherSizes, gatherExtents},
    {"scatter", 4, 19, 5, 3, 8, scatterBuffers, scatterSizes, scatterExtents},
    {"scatterAdd", 4, 24, 3, 3, 8, scatterAddBuffers, scatterAddSizes, scatterAddExtents},
    {"uniform", 5, 0, 2, 1, 8, uniformBuffers, uniformSizes, uniformExtents},
    {"normal", 5, 2, 2, 1, 8, normalBuffers, normalSizes, normalExtents},
    {"bernoulli", 5, 4, 3, 1, 7, bernoulliBuffers, bernoulliSizes, bernoulliExtents},
    {"randint", 5, 7, 1, 1, 8, randintBuffers, randintSizes, randintExtents},
    {"dropout", 5, 8, 2, 2, 7, dropoutBuffers, dropoutSizes, dropoutExtents},
    {"softmaxForward", 6, 0, 2, 2, 6, softmaxForwardBuffers, softmaxForwardSizes, softmaxForwardExtents},
    {"softmaxBackward", 6, 2, 2, 3, 6, softmaxBackwardBuffers, softmaxBackwardSizes, softmaxBackwardExtents},
    {"logSoftmaxForward", 6, 4, 2, 2, 6, logSoftmaxForwardBuffers, logSoftmaxForwardSizes, logSoftmaxForwardExtents},
    {"logSoftmaxBackward", 6, 6, 2, 3, 6, logSoftmaxBackwardBuffers, logSoftmaxBackwardSizes, logSoftmaxBackwardExtents},
    {"logSumExpBackward", 6, 8, 2, 4, 6, logSumExpBackwardBuffers, logSumExpBackwardSizes, logSumExpBackwardExtents},
    {"crossEntropyForward", 7, 0, 2, 4, 6, crossEntropyForwardBuffers, crossEntropyForwardSizes, crossEntropyForwardExtents},
    {"crossEntropyBackward", 7, 2, 2, 5, 7, crossEntropyBackwardBuffers, crossEntropyBackwardSizes, crossEntropyBackwardExtents},
    {"ctcLossForward", 8, 0, 2, 6, 12, ctcLossForwardBuffers, ctcLossForwardSizes, ctcLossForwardExtents},
    {"ctcLossBackward", 8, 2, 2, 7, 13, ctcLossBackwardBuffers, ctcLossBackwardSizes, ctcLossBackwardExtents},
    {"layerNormForward", 9, 0, 2, 6, 5, layerNormForwardBuffers, layerNormForwardSizes, layerNormForwardExtents},
    {"layerNormBackward", 9, 2, 2, 8, 4, layerNormBackwardBuffers, layerNormBackwardSizes, layerNormBackwardExtents},
    {"rmsNormForward", 9, 4, 2, 4, 5, rmsNormForwardBuffers, rmsNormForwardSizes, rmsNormForwardExtents},
    {"rmsNormBackward", 9, 6, 2, 6, 4, rmsNormBackwardBuffers, rmsNormBackwardSizes, rmsNormBackwardExtents},
    {"groupNormForward", 9, 8, 2, 6, 9, groupNormForwardBuffers, groupNormForwardSizes, groupNormForwardExtents},
    {"groupNormBackward", 9, 10, 2, 8, 8, groupNormBackwardBuffers, groupNormBackwardSizes, groupNormBackwardExtents},
    {"batchNormForward", 9, 12, 2, 8, 9, batchNormForwardBuffers, batchNormForwardSizes, batchNormForwardExtents},
    {"batchNormBackward", 9, 14, 2, 8, 7, batchNormBackwardBuffers, batchNormBackwardSizes, batchNormBackwardExtents},
    {"adamStep", 10, 0, 4, 13, 29, adamStepBuffers, adamStepSizes, adamStepExtents},
    {"sgdStep", 10, 4, 4, 11, 22, sgdStepBuffers, sgdStepSizes, sgdStepExtents},
    {"lionStep", 10, 8, 4, 11, 21, lionStepBuffers, lionStepSizes, lionStepExtents},
    {"adagradStep", 10, 12, 4, 11, 19, adagradStepBuffers, adagradStepSizes, adagradStepExtents},
    {"rmspropStep", 10, 16, 4, 13, 23, rmspropStepBuffers, rmspropStepSizes, rmspropStepExtents},
    {"adadeltaStep", 10, 20, 4, 12, 21, adadeltaStepBuffers, adadeltaStepSizes, adadeltaStepExtents},
    {"adamaxStep", 10, 24, 4, 12, 25, adamaxStepBuffers, adamaxStepSizes, adamaxStepExtents},
    {"scheduleFreeStep", 10, 28, 4, 13, 33, scheduleFreeStepBuffers, scheduleFreeStepSizes, scheduleFreeStepExtents},
    {"ademamixStep", 10, 32, 4, 13, 31, ademamixStepBuffers, ademamixStepSizes, ademamixStepExtents},
    {"adoptStep", 10, 36, 4, 12, 25, adoptStepBuffers, adoptStepSizes, adoptStepExtents},
    {"sophiaStep", 10, 40, 4, 12, 27, sophiaStepBuffers, sophiaStepSizes, sophiaStepExtents},
    {"momentum", 10, 44, 2, 5, 9, momentumBuffers, momentumSizes, momentumExtents},
    {"mixPair", 10, 46, 2, 3, 10, mixPairBuffers, mixPairSizes, mixPairExtents},
    {"averageStep", 10, 48, 2, 3, 4, averageStepBuffers, averageStepSizes, averageStepExtents},
    {"gradNorm", 11, 0, 2, 4, 2, gradNormBuffers, gradNormSizes, gradNormExtents},
    {"absoluteNorm", 11, 2, 2, 3, 3, absoluteNormBuffers, absoluteNormSizes, absoluteNormExtents},
    {"clipUnits", 11, 4, 4, 3, 8, clipUnitsBuffers, clipUnitsSizes, clipUnitsExtents},
    {"segmentNorms", 11, 8, 2, 4, 3, segmentNormsBuffers, segmentNormsSizes, segmentNormsExtents},
    {"distanceNorms", 11, 10, 4, 6, 5, distanceNormsBuffers, distanceNormsSizes, distanceNormsExtents},
    {"distanceStep", 11, 14, 1, 5, 8, distanceStepBuffers, distanceStepSizes, distanceStepExtents},
    {"clipScale", 11, 15, 1, 2, 5, clipScaleBuffers, clipScaleSizes, clipScaleExtents},
    {"scaleBy", 11, 16, 2, 2, 2, scaleByBuffers, scaleBySizes, scaleByExtents},
    {"nonFiniteFlag", 11, 18, 2, 3, 2, nonFiniteFlagBuffers, nonFiniteFlagSizes, nonFiniteFlagExtents},
    {"maskOffsets", 12, 0, 1, 2, 2, maskOffsetsBuffers, maskOffsetsSizes, maskOffsetsExtents},
    {"maskSegmentCounts", 12, 1, 1, 3, 3, maskSegmentCountsBuffers, maskSegmentCountsSizes, maskSegmentCountsExtents},
    {"maskChanged", 12, 2, 3, 3, 4, maskChangedBuffers, maskChangedSizes, maskChangedExtents},
    {"countChanged", 12, 5, 3, 5, 3, countChangedBuffers, countChangedSizes, countChangedExtents},
    {"maskSmall", 12, 8, 3, 2, 3, maskSmallBuffers, maskSmallSizes, maskSmallExtents},
    {"maskFromBytes", 12, 11, 1, 2, 2, maskFromBytesBuffers, maskFromBytesSizes, maskFromBytesExtents},
    {"maskToBytes", 12, 12, 1, 2, 2, maskToBytesBuffers, maskToBytesSizes, maskToBytesExtents},
    {"maskFromIndices", 12, 13, 2, 2, 4, maskFromIndicesBuffers, maskFromIndicesSizes, maskFromIndicesExtents},
    {"maskToIndices", 12, 15, 2, 3, 4, maskToIndicesBuffers, maskToIndicesSizes, maskToIndicesExtents},
    {"maskOr", 12, 17, 1, 3, 2, maskOrBuffers, maskOrSizes, maskOrExtents},
    {"maskAnd", 12, 18, 1, 3, 2, maskAndBuffers, maskAndSizes, maskAndExtents},
    {"maskAndNot", 12, 19, 1, 3, 2, maskAndNotBuffers, maskAndNotSizes, maskAndNotExtents},
    {"maskXor", 12, 20, 1, 3, 2, maskXorBuffers, maskXorSizes, maskXorExtents},
    {"gatherMasked", 12, 21, 9, 4, 4, gatherMaskedBuffers, gatherMaskedSizes, gatherMaskedExtents},
    {"scatterMasked", 12, 30, 9, 4, 4, scatterMaskedBuffers, scatterMaskedSizes, scatterMaskedExtents},
    {"applyMask", 12, 39, 3, 2, 2, applyMaskBuffers, applyMaskSizes, applyMaskExtents},
    {"vqLookup", 13, 0, 2, 5, 4, vqLookupBuffers, vqLookupSizes, vqLookupExtents},
    {"codebookEntropyForward", 13, 2, 2, 7, 5, codebookEntropyForwardBuffers, codebookEntropyForwardSizes, codebookEntropyForwardExtents},
    {"codebookEntropyBackward", 13, 4, 2, 8, 5, codebookEntropyBackwardBuffers, codebookEntropyBackwardSizes, codebookEntropyBackwardExtents},
    {"linearCrossEntropyForward", 14, 0, 2, 6, 6, linearCrossEntropyForwardBuffers, linearCrossEntropyForwardSizes, linearCrossEntropyForwardExtents},
    {"linearCrossEntropyBackward", 14, 2, 2, 9, 6, linearCrossEntropyBackwardBuffers, linearCrossEntropyBackwardSizes, linearCrossEntropyBackwardExtents},
    {"linearCrossEntropyWithGradients", 14, 4, 1, 9, 6, linearCrossEntropyWithGradientsBuffers, linearCrossEntropyWithGradientsSizes, linearCrossEntropyWithGradientsExtents},
    {"linearLogProbForward", 14, 5, 2, 7, 5, linearLogProbForwardBuffers, linearLogProbForwardSizes, linearLogProbForwardExtents},
    {"linearLogProbBackward", 14, 7, 2, 11, 5, linearLogProbBackwardBuffers, linearLogProbBackwardSizes, linearLogProbBackwardExtents},
    {"sparseAdamStep", 15, 0, 4, 15, 33, sparseAdamStepBuffers, sparseAdamStepSizes, sparseAdamStepExtents},
    {"sparseSgdStep", 15, 4, 4, 13, 26, sparseSgdStepBuffers, sparseSgdStepSizes, sparseSgdStepExtents},
    {"sparseLionStep", 15, 8, 4, 13, 25, sparseLionStepBuffers, sparseLionStepSizes, sparseLionStepExtents},
    {"matmul", 16, 0, 4, 6, 38, matmulBuffers, matmulSizes, matmulExtents},
    {"conv2dForward", 17, 0, 2, 4, 16, conv2dForwardBuffers, conv2dForwardSizes, conv2dForwardExtents},
    {"conv2dBackwardInput", 17, 2, 2, 4, 16, conv2dBackwardInputBuffers, conv2dBackwardInputSizes, conv2dBackwardInputExtents},
    {"conv2dBackwardWeight", 17, 4, 2, 3, 16, conv2dBackwardWeightBuffers, conv2dBackwardWeightSizes, conv2dBackwardWeightExtents},
    {"attentionForward", 18, 0, 2, 9, 51, attentionForwardBuffers, attentionForwardSizes, attentionForwardExtents},
    {"attentionBackward", 18, 2, 2, 13, 75, attentionBackwardBuffers, attentionBackwardSizes, attentionBackwardExtents},
    {"rope", 18, 4, 2, 4, 19, ropeBuffers, ropeSizes, ropeExtents},
    {"maxPool2d", 19, 0, 2, 3, 12, maxPool2dBuffers, maxPool2dSizes, maxPool2dExtents},
    {"maxPool2dBackward", 19, 2, 2, 3, 12, maxPool2dBackwardBuffers, maxPool2dBackwardSizes, maxPool2dBackwardExtents},
    {"avgPool2d", 19, 4, 2, 2, 12, avgPool2dBuffers, avgPool2dSizes, avgPool2dExtents},
    {"avgPool2dBackward", 19, 6, 2, 2, 12, avgPool2dBackwardBuffers, avgPool2dBackwardSizes, avgPool2dBackwardExtents},
    {"adaptiveAvgPool2d", 19, 8, 2, 2, 6, adaptiveAvgPool2dBuffers, adaptiveAvgPool2dSizes, adaptiveAvgPool2dExtents},
    {"adaptiveAvgPool2dBackward", 19, 10, 2, 2, 6, adaptiveAvgPool2dBackwardBuffers, adaptiveAvgPool2dBackwardSizes, adaptiveAvgPool2dBackwardExtents},
    {"resize", 19, 12, 2, 2, 15, resizeBuffers, resizeSizes, resizeExtents},
    {"resizeBackward", 19, 14, 2, 2, 15, resizeBackwardBuffers, resizeBackwardSizes, resizeBackwardExtents},
    {"sort", 20, 0, 3, 3, 5, sortBuffers, sortSizes, sortExtents},
    {"topk", 20, 3, 3, 3, 7, topkBuffers, topkSizes, topkExtents},
    {"sampleTokens", 20, 6, 2, 5, 8, sampleTokensBuffers, sampleTokensSizes, sampleTokensExtents},
    {"dadaptAdamStep", 21, 0, 4, 15, 26, dadaptAdamStepBuffers, dadaptAdamStepSizes, dadaptAdamStepExtents},
    {"dadaptLionStep", 21, 4, 4, 14, 22, dadaptLionStepBuffers, dadaptLionStepSizes, dadaptLionStepExtents},
    {"dadaptSgdStep", 21, 8, 4, 14, 20, dadaptSgdStepBuffers, dadaptSgdStepSizes, dadaptSgdStepExtents},
    {"dadaptAdagradStep", 21, 12, 4, 15, 22, dadaptAdagradStepBuffers, dadaptAdagradStepSizes, dadaptAdagradStepExtents},
    {"prodigyStep", 21, 16, 4, 16, 31, prodigyStepBuffers, prodigyStepSizes, prodigyStepExtents},
    {"prodigySlice", 21, 20, 4, 13, 25, prodigySliceBuffers, prodigySliceSizes, prodigySliceExtents},
    {"prodigyCorrection", 21, 24, 4, 14, 26, prodigyCorrectionBuffers, prodigyCorrectionSizes, prodigyCorrectionExtents},
    {"distanceEstimate", 21, 28, 1, 3, 12, distanceEstimateBuffers, distanceEstimateSizes, distanceEstimateExtents},
    {"startNorm", 21, 29, 1, 2, 1, startNormBuffers, startNormSizes, startNormExtents},
    {"momoMoments", 21, 30, 4, 14, 26, momoMomentsBuffers, momoMomentsSizes, momoMomentsExtents},
    {"momoEstimate", 21, 34, 1, 4, 11, momoEstimateBuffers, momoEstimateSizes, momoEstimateExtents},
    {"momoStep", 21, 35, 4, 14, 23, momoStepBuffers, momoStepSizes, momoStepExtents},
    {"mechanicMeasure", 21, 39, 4, 14, 22, mechanicMeasureBuffers, mechanicMeasureSizes, mechanicMeasureExtents},
    {"mechanicEstimate", 21, 43, 1, 3, 8, mechanicEstimateBuffers, mechanicEstimateSizes, mechanicEstimateExtents},
    {"mechanicStep", 21, 44, 4, 14, 18, mechanicStepBuffers, mechanicStepSizes, mechanicStepExtents},
    {"cocobStep", 21, 48, 4, 15, 19, cocobStepBuffers, cocobStepSizes, cocobStepExtents},
    {"eigh", 22, 0, 1, 3, 2, eighBuffers, eighSizes, eighExtents},
    {"orthogonalize", 22, 1, 1, 2, 2, orthogonalizeBuffers, orthogonalizeSizes, orthogonalizeExtents},
};

}  // namespace tessera::gen

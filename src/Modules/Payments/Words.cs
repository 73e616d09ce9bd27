namespace Sarai.Payments;

/// <summary>The words of payments: pages, refusals. The key is the English text; <c>Words.ur.resx</c> and its sisters hold the translations.</summary>
public sealed class Words;

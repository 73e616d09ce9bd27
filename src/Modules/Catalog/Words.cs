namespace Sarai.Catalog;

/// <summary>The words of the catalog: refusals. The key is the English text; <c>Words.ur.resx</c> and its sisters hold the translations.</summary>
public sealed class Words;

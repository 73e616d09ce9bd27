namespace Sarai.Media;

/// <summary>The words of photos and papers: the page, refusals. The key is the English text; <c>Words.ur.resx</c> and its sisters hold the translations.</summary>
public sealed class Words;

namespace Sarai.Stays;

/// <summary>The words of the hotel vertical. The key is the English text; <c>Words.ur.resx</c> and its sisters hold the translations.</summary>
public sealed class Words;

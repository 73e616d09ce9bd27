namespace Sarai.Ui;

/// <summary>The words of the layout and the components. The key is the English text; <c>Words.ur.resx</c> and its sisters hold the translations.</summary>
internal sealed class Words;

using System.Text;
using Sarai.Panchang.Cli;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
return Panchangs.Run(args, Console.Out, Console.Error, TimeProvider.System);

namespace Sarai.Panchang;

/// <summary>
/// The festivals, as data. Months are amanta. Rules follow Nirnaya Sindhu and Dharma Sindhu as today's almanacs apply
/// them; gazetted dates of 2024 to 2026 are the tests.
/// </summary>
internal static class FestivalTable
{
    private const int Chaitra = 1, Vaishakha = 2, Jyeshtha = 3, Ashadha = 4, Shravana = 5, Bhadrapada = 6;
    private const int Ashvina = 7, Kartika = 8, Margashirsha = 9, Pausha = 10, Magha = 11, Phalguna = 12;
    private const int Mesha = 1, Simha = 5, Kumbha = 11, Vrishchika = 8, Dhanu = 9, Makara = 10;
    private const int Purnima = 15, Krishna = 15, Amavasya = 30;

    private static readonly TithiRule HolikaDahan = new(
        Phalguna, Purnima, DayWindow.Pradosh, WhenBoth.Second, WhenNeither.NextIfThreeAndAHalfPraharas, WithoutBhadra: true);

    private static readonly TithiRule ShravanaPurnima = new(Shravana, Purnima);

    internal static readonly IReadOnlyList<Festival> All =
    [
        // The year's solar days.
        new("lohri", new("Lohri", "लोहड़ी", "லோஹ்ரி", "లోహ్రి", "ಲೋಹ್ರಿ"), new DaysAfter(-1, new SankrantiRule(Makara, IngressDay.BeforeSunset), "Makara Sankranti")),
        new("makara-sankranti", new("Makara Sankranti", "मकर संक्रान्ति", "மகர சங்கராந்தி", "మకర సంక్రాంతి", "ಮಕರ ಸಂಕ್ರಾಂತಿ"), new SankrantiRule(Makara, IngressDay.BeforeSunset)),
        new("pongal", new("Pongal", "पोंगल", "பொங்கல்", "పొంగల్", "ಪೊಂಗಲ್"), new SankrantiRule(Makara, IngressDay.BeforeSunset)),
        new("thaipusam", new("Thaipusam", "थाईपूसम", "தைப்பூசம்", "తైపూసం", "ತೈಪೂಸಂ"), new NakshatraRule(Makara, 8, DayWindow.Sunrise)),
        new("mesha-sankranti", new("Mesha Sankranti (Vaisakhi)", "मेष संक्रान्ति (वैशाखी)", "மேஷ சங்கராந்தி", "మేష సంక్రాంతి", "ಮೇಷ ಸಂಕ್ರಾಂತಿ"), new SankrantiRule(Mesha)),
        new("puthandu", new("Puthandu, Tamil New Year", "पुथांडु, तमिल नव वर्ष", "தமிழ் புத்தாண்டு", "తమిళ సంవత్సరాది", "ತಮಿಳು ಹೊಸ ವರ್ಷ"), new SankrantiRule(Mesha, IngressDay.BeforeSunset)),
        new("vishu", new("Vishu", "विषु", "விஷு", "విషు", "ವಿಷು"), new SankrantiRule(Mesha, IngressDay.BeforeSunrise)),
        new("onam", new("Onam (Thiruvonam)", "ओणम", "ஓணம்", "ఓణం", "ಓಣಂ"), new NakshatraRule(Simha, 22)),
        new("karthigai-deepam", new("Karthigai Deepam", "कार्तिगै दीपम", "கார்த்திகை தீபம்", "కార్తీక దీపం", "ಕಾರ್ತಿಕ ದೀಪ"), new NakshatraRule(Vrishchika, 3, DayWindow.Pradosh)),
        new("dhanu-sankranti", new("Dhanu Sankranti", "धनु संक्रान्ति", "மார்கழி பிறப்பு", "ధనుస్సంక్రాంతి", "ಧನು ಸಂಕ್ರಾಂತಿ"), new SankrantiRule(Dhanu)),

        // Chaitra.
        new("ugadi", new("Ugadi, Gudi Padwa", "गुड़ी पड़वा, नव संवत्सर", "யுகாதி", "ఉగాది", "ಯುಗಾದಿ"), new TithiRule(Chaitra, 1, Both: WhenBoth.First)),
        new("rama-navami", new("Rama Navami", "राम नवमी", "ராம நவமி", "శ్రీరామ నవమి", "ರಾಮ ನವಮಿ"), new TithiRule(Chaitra, 9, DayWindow.Madhyahna, WhenBoth.Second), "Smarta")
        {
            Others = [("Vaishnava", new TithiRule(Chaitra, 9, Both: WhenBoth.Second))],
        },
        new("hanuman-jayanti", new("Hanuman Jayanti", "हनुमान जयन्ती", "அனுமன் ஜெயந்தி (சைத்ர)", "హనుమాన్ విజయోత్సవం", "ಹನುಮ ಜಯಂತಿ"), new TithiRule(Chaitra, Purnima)),

        // Vaishakha.
        new("akshaya-tritiya", new("Akshaya Tritiya", "अक्षय तृतीया", "அட்சய திருதியை", "అక్షయ తృతీయ", "ಅಕ್ಷಯ ತೃತೀಯ"), new TithiRule(Vaishakha, 3, DayWindow.Purvahna, WhenBoth.SecondIfThreeMuhurtas)),
        new("parashurama-jayanti", new("Parashurama Jayanti", "परशुराम जयन्ती", "பரசுராம ஜெயந்தி", "పరశురామ జయంతి", "ಪರಶುರಾಮ ಜಯಂತಿ"), new TithiRule(Vaishakha, 3, DayWindow.Pradosh)),
        new("sita-navami", new("Sita Navami", "सीता नवमी", "சீதா நவமி", "సీతా నవమి", "ಸೀತಾ ನವಮಿ"), new TithiRule(Vaishakha, 9, DayWindow.Madhyahna)),
        new("narasimha-jayanti", new("Narasimha Jayanti", "नृसिंह जयन्ती", "நரசிம்ம ஜெயந்தி", "నృసింహ జయంతి", "ನರಸಿಂಹ ಜಯಂತಿ"), new TithiRule(Vaishakha, 14, DayWindow.Sunset, WhenBoth.Second)),
        new("buddha-purnima", new("Buddha Purnima", "बुद्ध पूर्णिमा", "புத்த பூர்ணிமா", "బుద్ధ పూర్ణిమ", "ಬುದ್ಧ ಪೂರ್ಣಿಮಾ"), new TithiRule(Vaishakha, Purnima)),
        new("vat-savitri", new("Vat Savitri (Amavasya)", "वट सावित्री व्रत", "வட சாவித்திரி விரதம்", "వట సావిత్రి వ్రతం", "ವಟ ಸಾವಿತ್ರಿ ವ್ರತ"), new TithiRule(Vaishakha, Amavasya)),

        // Jyeshtha and Ashadha.
        new("ganga-dussehra", new("Ganga Dussehra", "गंगा दशहरा", "கங்கா தசரா", "గంగా దసరా", "ಗಂಗಾ ದಸರಾ"), new TithiRule(Jyeshtha, 10, InAdhika: true)),
        new("vat-purnima", new("Vat Purnima", "वट पूर्णिमा", "வட பூர்ணிமா", "వట పూర్ణిమ", "ವಟ ಪೂರ್ಣಿಮಾ"), new TithiRule(Jyeshtha, Purnima)),
        new("ratha-yatra", new("Jagannath Ratha Yatra", "जगन्नाथ रथ यात्रा", "ஜெகந்நாதர் ரத யாத்திரை", "జగన్నాథ రథయాత్ర", "ಜಗನ್ನಾಥ ರಥಯಾತ್ರೆ"), new TithiRule(Ashadha, 2)),
        new("guru-purnima", new("Guru Purnima", "गुरु पूर्णिमा", "குரு பூர்ணிமா", "గురు పూర్ణిమ", "ಗುರು ಪೂರ್ಣಿಮಾ"), new TithiRule(Ashadha, Purnima)),

        // Shravana.
        new("hariyali-teej", new("Hariyali Teej", "हरियाली तीज", "ஹரியாலி தீஜ்", "హరియాళీ తీజ్", "ಹರಿಯಾಲಿ ತೀಜ್"), new TithiRule(Shravana, 3)),
        new("nag-panchami", new("Nag Panchami", "नाग पञ्चमी", "நாக பஞ்சமி", "నాగ పంచమి", "ನಾಗರ ಪಂಚಮಿ"), new TithiRule(Shravana, 5)),
        new("varalakshmi-vratam", new("Varalakshmi Vratam", "वरलक्ष्मी व्रत", "வரலட்சுமி விரதம்", "వరలక్ష్మీ వ్రతం", "ವರಮಹಾಲಕ್ಷ್ಮಿ ವ್ರತ"), new WeekdayBefore(DayOfWeek.Friday, ShravanaPurnima, "Shravana Purnima")),
        new("raksha-bandhan", new("Raksha Bandhan", "रक्षा बन्धन", "ரக்ஷா பந்தன்", "రక్షాబంధన్", "ರಕ್ಷಾ ಬಂಧನ"), new TithiRule(Shravana, Purnima, DayWindow.Aparahna, WhenBoth.Longer, WhenNeither.NextIfThreeMuhurtas, WithoutBhadra: true)),
        new("kajari-teej", new("Kajari Teej", "कजरी तीज", "கஜரி தீஜ்", "కజరీ తీజ్", "ಕಜರಿ ತೀಜ್"), new TithiRule(Shravana, Krishna + 3)),
        new("janmashtami", new("Krishna Janmashtami", "कृष्ण जन्माष्टमी", "கிருஷ்ண ஜெயந்தி", "కృష్ణాష్టమి", "ಕೃಷ್ಣ ಜನ್ಮಾಷ್ಟಮಿ"), new TithiRule(Shravana, Krishna + 8, DayWindow.Nishita, WhenBoth.Second), "Smarta")
        {
            Others = [("Vaishnava", new TithiRule(Shravana, Krishna + 8, Both: WhenBoth.First))],
        },

        // Bhadrapada.
        new("hartalika-teej", new("Hartalika Teej", "हरतालिका तीज", "ஸ்வர்ண கௌரி விரதம்", "హరితాళిక వ్రతం", "ಸ್ವರ್ಣಗೌರಿ ವ್ರತ"), new TithiRule(Bhadrapada, 3)),
        new("ganesh-chaturthi", new("Ganesh Chaturthi", "गणेश चतुर्थी", "விநாயகர் சதுர்த்தி", "వినాయక చవితి", "ಗಣೇಶ ಚತುರ್ಥಿ"), new TithiRule(Bhadrapada, 4, DayWindow.Madhyahna, WhenBoth.First)),
        new("rishi-panchami", new("Rishi Panchami", "ऋषि पञ्चमी", "ரிஷி பஞ்சமி", "ఋషి పంచమి", "ಋಷಿ ಪಂಚಮಿ"), new TithiRule(Bhadrapada, 5, DayWindow.Madhyahna, WhenBoth.First)),
        new("radha-ashtami", new("Radha Ashtami", "राधा अष्टमी", "ராதா அஷ்டமி", "రాధాష్టమి", "ರಾಧಾಷ್ಟಮಿ"), new TithiRule(Bhadrapada, 8, DayWindow.Madhyahna)),
        new("anant-chaturdashi", new("Anant Chaturdashi", "अनन्त चतुर्दशी", "அனந்த சதுர்தசி", "అనంత చతుర్దశి", "ಅನಂತ ಚತುರ್ದಶಿ"), new TithiRule(Bhadrapada, 14, Both: WhenBoth.Second)),
        new("mahalaya-amavasya", new("Mahalaya Amavasya", "सर्वपितृ अमावस्या", "மகாளய அமாவாசை", "మహాలయ అమావాస్య", "ಮಹಾಲಯ ಅಮಾವಾಸ್ಯೆ"), new TithiRule(Bhadrapada, Amavasya, DayWindow.Aparahna)),

        // Ashvina.
        new("navaratri", new("Sharad Navaratri begins", "शारदीय नवरात्रि प्रारम्भ", "நவராத்திரி ஆரம்பம்", "శరన్నవరాత్రి ప్రారంభం", "ನವರಾತ್ರಿ ಆರಂಭ"), new TithiRule(Ashvina, 1, Both: WhenBoth.First)),
        new("durga-ashtami", new("Durga Ashtami", "दुर्गा अष्टमी", "துர்காஷ்டமி", "దుర్గాష్టమి", "ದುರ್ಗಾಷ್ಟಮಿ"), new TithiRule(Ashvina, 8, Both: WhenBoth.First)),
        new("maha-navami", new("Maha Navami", "महा नवमी", "சரஸ்வதி பூஜை", "మహార్నవమి", "ಮಹಾನವಮಿ"), new TithiRule(Ashvina, 9, Both: WhenBoth.First)),
        new("dussehra", new("Dussehra (Vijayadashami)", "विजयादशमी", "விஜயதசமி", "విజయదశమి", "ವಿಜಯದಶಮಿ"), new TithiRule(Ashvina, 10, DayWindow.Aparahna, WhenBoth.Longer)),
        new("sharad-purnima", new("Sharad Purnima", "शरद् पूर्णिमा", "சரத் பூர்ணிமா", "శరత్ పూర్ణిమ", "ಶರತ್ ಪೂರ್ಣಿಮಾ"), new TithiRule(Ashvina, Purnima, DayWindow.Nishita)),
        new("karwa-chauth", new("Karwa Chauth", "करवा चौथ", "கர்வா சௌத்", "కర్వా చౌత్", "ಕರ್ವಾ ಚೌತ್"), new TithiRule(Ashvina, Krishna + 4, DayWindow.Moonrise, WhenBoth.First)),
        new("ahoi-ashtami", new("Ahoi Ashtami", "अहोई अष्टमी", "அஹோய் அஷ்டமி", "అహోయి అష్టమి", "ಅಹೋಯಿ ಅಷ್ಟಮಿ"), new TithiRule(Ashvina, Krishna + 8, DayWindow.Pradosh)),
        new("dhanteras", new("Dhanteras", "धनतेरस", "தன்வந்திரி திரயோதசி", "ధన త్రయోదశి", "ಧನ ತ್ರಯೋದಶಿ"), new TithiRule(Ashvina, Krishna + 13, DayWindow.Pradosh, WhenBoth.Second)),
        new("naraka-chaturdashi", new("Naraka Chaturdashi", "नरक चतुर्दशी", "தீபாவளி (நரக சதுர்தசி)", "నరక చతుర్దశి", "ನರಕ ಚತುರ್ದಶಿ"), new TithiRule(Ashvina, Krishna + 14, DayWindow.Arunodaya)),
        new("diwali", new("Diwali (Lakshmi Puja)", "दीपावली (लक्ष्मी पूजा)", "தீபாவளி (லட்சுமி பூஜை)", "దీపావళి", "ದೀಪಾವಳಿ"), new TithiRule(Ashvina, Amavasya, DayWindow.Pradosh, WhenBoth.Longer), "The longer pradosh")
        {
            Others =
            [
                ("Dharma Sindhu: the second evening, if Amavasya covers a ghati of its pradosh",
                    new TithiRule(Ashvina, Amavasya, DayWindow.Pradosh, WhenBoth.Second, AtLeast: 24)),
            ],
        },

        // Kartika.
        new("govardhan-puja", new("Govardhan Puja", "गोवर्धन पूजा", "கோவர்த்தன பூஜை", "గోవర్ధన పూజ", "ಗೋವರ್ಧನ ಪೂಜೆ"), new TithiRule(Kartika, 1)),
        new("bhai-dooj", new("Bhai Dooj", "भाई दूज", "பாய் தூஜ்", "భగినీ హస్త భోజనం", "ಭಾವನ ಬಿದಿಗೆ"), new TithiRule(Kartika, 2, DayWindow.Aparahna, WhenBoth.Second)),
        new("chhath", new("Chhath Puja", "छठ पूजा", "சட் பூஜை", "ఛఠ్ పూజ", "ಛಠ್ ಪೂಜೆ"), new TithiRule(Kartika, 6, DayWindow.Sunset, WhenBoth.First)),
        new("skanda-shashti", new("Skanda Shashti (Soorasamharam)", "स्कन्द षष्ठी", "சூரசம்ஹாரம்", "స్కంద షష్ఠి", "ಸ್ಕಂದ ಷಷ್ಠಿ"), new TithiRule(Kartika, 6, DayWindow.Sunset, WhenBoth.First)),
        new("tulsi-vivah", new("Tulsi Vivah", "तुलसी विवाह", "துளசி விவாகம்", "తులసీ వివాహం", "ತುಳಸಿ ವಿವಾಹ"), new TithiRule(Kartika, 12)),
        new("dev-deepawali", new("Dev Deepawali", "देव दीपावली", "தேவ தீபாவளி", "దేవ దీపావళి", "ದೇವ ದೀಪಾವಳಿ"), new TithiRule(Kartika, Purnima, DayWindow.Pradosh)),
        new("guru-nanak-jayanti", new("Guru Nanak Jayanti", "गुरु नानक जयन्ती", "குரு நானக் ஜெயந்தி", "గురు నానక్ జయంతి", "ಗುರು ನಾನಕ್ ಜಯಂತಿ"), new TithiRule(Kartika, Purnima)),
        new("kalabhairava-jayanti", new("Kalabhairava Jayanti", "कालभैरव जयन्ती", "காலபைரவ ஜெயந்தி", "కాలభైరవ జయంతి", "ಕಾಲಭೈರವ ಜಯಂತಿ"), new TithiRule(Kartika, Krishna + 8)),

        // Margashirsha to Phalguna.
        new("vivah-panchami", new("Vivah Panchami", "विवाह पञ्चमी", "விவாக பஞ்சமி", "వివాహ పంచమి", "ವಿವಾಹ ಪಂಚಮಿ"), new TithiRule(Margashirsha, 5)),
        new("dattatreya-jayanti", new("Dattatreya Jayanti", "दत्तात्रेय जयन्ती", "தத்தாத்ரேய ஜெயந்தி", "దత్తాత్రేయ జయంతి", "ದತ್ತಾತ್ರೇಯ ಜಯಂತಿ"), new TithiRule(Margashirsha, Purnima, DayWindow.Pradosh)),
        new("mauni-amavasya", new("Mauni Amavasya", "मौनी अमावस्या", "மௌனி அமாவாசை", "మౌని అమావాస్య", "ಮೌನಿ ಅಮಾವಾಸ್ಯೆ"), new TithiRule(Pausha, Amavasya)),
        new("vasant-panchami", new("Vasant Panchami", "वसन्त पञ्चमी", "வசந்த பஞ்சமி", "వసంత పంచమి", "ವಸಂತ ಪಂಚಮಿ"), new TithiRule(Magha, 5, DayWindow.Purvahna, WhenBoth.SecondIfThreeMuhurtas)),
        new("ratha-saptami", new("Ratha Saptami", "रथ सप्तमी", "ரத சப்தமி", "రథ సప్తమి", "ರಥ ಸಪ್ತಮಿ"), new TithiRule(Magha, 7, DayWindow.Arunodaya)),
        new("magha-purnima", new("Magha Purnima", "माघ पूर्णिमा", "மாசி பௌர்ணமி", "మాఘ పౌర్ణమి", "ಮಾಘ ಹುಣ್ಣಿಮೆ"), new TithiRule(Magha, Purnima)),
        new("masi-magam", new("Masi Magam", "मासी मागम", "மாசி மகம்", "మాసి మఖం", "ಮಾಸಿ ಮಘ"), new NakshatraRule(Kumbha, 10, DayWindow.Madhyahna)),
        new("maha-shivaratri", new("Maha Shivaratri", "महा शिवरात्रि", "மகா சிவராத்திரி", "మహా శివరాత్రి", "ಮಹಾ ಶಿವರಾತ್ರಿ"), new TithiRule(Magha, Krishna + 14, DayWindow.Nishita)),
        new("holika-dahan", new("Holika Dahan", "होलिका दहन", "ஹோலிகா தகனம்", "హోలికా దహనం", "ಹೋಳಿಕಾ ದಹನ"), HolikaDahan),
        new("holi", new("Holi", "होली", "ஹோலி", "హోళి", "ಹೋಳಿ"), new DaysAfter(1, HolikaDahan, "Holika Dahan")),
    ];
}

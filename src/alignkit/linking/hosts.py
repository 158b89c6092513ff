"""
Domains that many unrelated organisations share. Data only: `domains` decides what they mean.

Not complete, and cannot be: a domain that more customers share than `evidence` allows is set aside as well.
"""

from __future__ import annotations

from typing import Final

__all__ = ["MAIL_FAMILIES", "MAIL_PROVIDERS", "PLACEHOLDER_DOMAINS", "SHARED_HOSTS"]


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


MAIL_FAMILIES: Final = frozenset(
    {"gmail", "googlemail", "gmx", "hotmail", "live", "outlook", "yahoo", "yandex", "ymail"}
)
"""Mail providers that have one domain per country: `yahoo.de`, `yahoo.co.uk`."""

MAIL_PROVIDERS: Final = _set(
    """
    126.com 139.com 163.com abv.bg aim.com aol.com arcor.de att.net bellsouth.net bigpond.com bk.ru bluemail.ch
    bluewin.ch bol.com.br btinternet.com btopenworld.com centrum.cz charter.net comcast.net cox.net daum.net duck.com
    earthlink.net email.com email.cz email.de fastmail.com fastmail.fm foxmail.com free.fr freemail.hu freenet.de
    gmx.net hanmail.net hey.com home.nl hushmail.com icloud.com ig.com.br inbox.lv inbox.ru interia.pl juno.com
    kpnmail.nl laposte.net libero.it list.ru lycos.com mac.com mail.com mail.de mail.ru mailbox.org mailinator.com
    me.com msn.com naver.com neuf.fr ntlworld.com o2.pl onet.pl online.de optonline.net orange.fr outlook.com
    planet.nl pm.me posteo.de proton.me protonmail.ch protonmail.com qq.com rambler.ru rediffmail.com rocketmail.com
    rogers.com runbox.com sapo.pt sbcglobal.net seznam.cz sfr.fr shaw.ca sina.com skynet.be sky.com sohu.com sympatico.ca
    t-online.de talktalk.net telenet.be telia.com telus.net terra.com.br tin.it tiscali.it tutanota.com tuta.io
    ukr.net uol.com.br usa.net verizon.net virgilio.it virgin.net virginmedia.com vodafone.de vp.pl walla.co.il wanadoo.fr
    web.de wp.pl xs4all.nl xtra.co.nz yeah.net ziggo.nl zoho.com zohomail.com zonnet.nl
    """
)
"""Providers where anybody may have a mailbox."""

SHARED_HOSTS: Final = _set(
    """
    about.me amazon.com amazon.de amazonaws.com angelfire.com app.link appspot.com asana.com atlassian.net azurewebsites.net
    behance.net bit.ly blogger.com blogspot.com booking.com business.site calendly.com carrd.co cloudfront.net
    crunchbase.com doctolib.de dropbox.com ebay.com ebay.de etsy.com eventbrite.com facebook.com fb.com fb.me
    firebaseapp.com fly.dev force.com freshdesk.com github.com github.io gitlab.com gitlab.io glitch.me
    godaddysites.com goo.gl google.com google.de herokuapp.com homestead.com hs-sites.com hubspotpagebuilder.com
    instagram.com ionos.space issuu.com jimdo.com jimdofree.com jimdosite.com linkedin.com linktr.ee lnkd.in medium.com
    monday.com myshopify.com myspace.com netlify.app netlify.com notion.site notion.so onmicrosoft.com onrender.com
    ovh.net pages.dev pinterest.com railway.app reddit.com salesforce-sites.com sharepoint.com site123.me slack.com
    square.site squarespace.com strikingly.com substack.com surge.sh t.co t.me tiktok.com tinyurl.com trello.com
    tripadvisor.com trustpilot.com tumblr.com twitter.com typepad.com vercel.app vimeo.com vk.com web.app
    webflow.io webnode.com weebly.com whatsapp.com wikipedia.org windows.net wix.com wixsite.com wordpress.com
    workers.dev x.com xing.com yelp.com yolasite.com youtu.be youtube.com zendesk.com
    """
)
"""Hosts of other people's pages, shops and profiles; what stands in front of them is no company's own domain."""

PLACEHOLDER_DOMAINS: Final = _set(
    "domain.com email.test example.com example.net example.org invalid.com localhost.localdomain none.com noreply.com "
    "nomail.com test.com test.de yourcompany.com yourdomain.com"
)
"""Domains people type where none was known."""
